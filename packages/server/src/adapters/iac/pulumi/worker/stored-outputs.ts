import { readFileSync } from 'node:fs';
import type { OutputMap } from '@pulumi/pulumi/automation/index.js';

/** What Pulumi marks a value with that is more than JSON: secrets, assets, references (sdk/go/common/resource/sig). */
const specialMark = '4dabf18193072939515e22adb298388d';
const secretMark = '1b47061264138c4ac30d75fd1eb44270';

interface Checkpoint {
  resources?: { type: string; parent?: string; outputs?: Record<string, unknown> }[] | null;
}

/** What the stack has for outputs in a state of the file backend, where what is secret is encrypted. */
function outputsIn(stateFile: string): Record<string, unknown> {
  // `pulumi stack import` writes it with a capital letter, all else without.
  const { checkpoint } = JSON.parse(readFileSync(stateFile, 'utf8')) as {
    checkpoint: { latest?: Checkpoint; Latest?: Checkpoint };
  };
  const { resources } = checkpoint.latest ?? checkpoint.Latest ?? {};
  return resources?.find(({ type, parent }) => type === 'pulumi:pulumi:Stack' && !parent)?.outputs ?? {};
}

/**
 * The outputs of a stack. Asking the CLI for them takes two processes of 0.35 s each, that derive the key of the stack: so it is
 * asked only when one of them is more than plain JSON. Secret is what has a secret anywhere in it: the CLI tells that only of those
 * that are one as a whole.
 */
export async function storedOutputs(stateFile: string, ask: () => Promise<OutputMap>): Promise<OutputMap> {
  const stored = Object.entries(outputsIn(stateFile));
  const texts = new Map(stored.map(([name, value]) => [name, JSON.stringify(value)]));
  if (![...texts.values()].some((text) => text.includes(specialMark))) {
    return Object.fromEntries(stored.map(([name, value]) => [name, { value, secret: false }]));
  }
  const asked = Object.entries(await ask());
  return Object.fromEntries(
    asked.map(([name, { value, secret }]) => [
      name,
      { value: value as unknown, secret: secret || (texts.get(name)?.includes(secretMark) ?? false) },
    ]),
  );
}
