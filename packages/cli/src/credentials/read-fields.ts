import { readFile } from 'node:fs/promises';
import { wrongUsage } from '../command-line/cli-error.ts';
import { askSecret } from '../terminal/ask-secret.ts';
import type { Output } from '../terminal/output.ts';
import { askOrEnd, canAsk, readStandardInputValue } from '../terminal/prompt.ts';
import { flagOf, type ProviderField, providerFields } from './provider-fields.ts';

export type GivenFields = Readonly<Record<string, string | undefined>>;

/** The fields of a provider that this version of the command knows. @throws CliError for another provider */
export function fieldsOf(provider: string): readonly ProviderField[] {
  const fields = Object.hasOwn(providerFields, provider) ? providerFields[provider] : undefined;
  if (fields !== undefined) return fields;
  throw wrongUsage(`"${provider}" is no provider.`, { hint: `One of ${Object.keys(providerFields).join(', ')}.` });
}

function refuseOthers(provider: string, fields: readonly ProviderField[], given: GivenFields): void {
  const known = new Set(fields.map(({ name }) => name));
  const all = new Set(Object.values(providerFields).flatMap((each) => each.map(({ name }) => name)));
  const wrong = [...all].find((name) => given[name] !== undefined && !known.has(name));
  if (wrong === undefined) return;
  const hint = `It has ${fields.map(({ name }) => `--${flagOf(name)}`).join(', ')}.`;
  throw wrongUsage(`${provider} has no --${flagOf(wrong)}.`, { hint });
}

const isBase64 = (text: string) => /^[A-Za-z0-9+/\r\n]+={0,2}\s*$/.test(text);

/** A key that is kept in base64 may be given as the file that it is. */
function encoded({ name }: ProviderField, text: string): string {
  return name.endsWith('Base64') && !isBase64(text) ? Buffer.from(text).toString('base64') : text;
}

async function readGiven(field: ProviderField, given: string, output: Output): Promise<string> {
  if (given === '-') return encoded(field, await readStandardInputValue());
  if (given.startsWith('@')) return encoded(field, (await readFile(given.slice(1), 'utf8')).replace(/\r?\n$/, ''));
  if (field.isSecret) {
    const flag = flagOf(field.name);
    output.warn(
      `--${flag} is a secret: every user of this machine can see it, and your shell may keep it; --${flag} - reads it from stdin, @FILE from a file`,
    );
  }
  return given;
}

async function askFor(field: ProviderField): Promise<string> {
  const flag = `--${flagOf(field.name)}`;
  const hint = `Give it by ${field.isSecret ? `${flag} - (stdin) or ${flag} @FILE` : flag}.`;
  if (!canAsk()) throw wrongUsage(`${flag} is missing.`, { hint });
  const question = `${flagOf(field.name)} (${field.meaning}): `;
  return encoded(field, await (field.isSecret ? askSecret(question, hint) : askOrEnd(question)));
}

/**
 * The fields of a provider: from the options, where `-` is stdin and `@FILE` a file; what is missing is asked for, secrets without
 * showing them.
 */
export async function readFields(
  provider: string,
  given: GivenFields,
  output: Output,
): Promise<Record<string, string>> {
  const fields = fieldsOf(provider);
  refuseOthers(provider, fields, given);
  if (fields.filter(({ name }) => given[name] === '-').length > 1)
    throw wrongUsage('Only one value can be read from stdin.');
  const values: Record<string, string> = {};
  for (const field of fields) {
    const word = given[field.name];
    if (word !== undefined) values[field.name] = await readGiven(field, word, output);
    else if (!field.isOptional) values[field.name] = await askFor(field);
  }
  return values;
}
