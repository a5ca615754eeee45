import type { Instruction } from './dockerfile-text.ts';
import { readDockerfile } from './dockerfile-text.ts';
import { expandWord, UNKNOWN, type ValueOf } from './expand-word.ts';
import { registryHost, remoteHost } from './named-hosts.ts';
import { createStageVariables, declaredNames, type StageVariables } from './stage-variables.ts';

/** A host that what builds the image calls for it. */
export interface OutsideHost {
  /** Name or address, without a port. */
  host: string;
  /** Index of the line that names it. */
  line: number;
}

/** An image that is begun with, or copied from. */
export interface NamedImage {
  /** With its variables put in. */
  image: string;
  line: number;
}

/** A place in the text that does not say which host is called. */
export interface HiddenHost {
  hidden: string;
  line: number;
}

/** Quotes keep no words together here. */
const wordsOf = (text: string) => text.trim().split(/[\t\v\f\r ]+/);

/** All else that begins with FROM is refused by every version: it is of another language. */
function isStage({ text }: Instruction): boolean {
  const words = wordsOf(text);
  return words.length === 1 || (words.length === 3 && words[1]?.toUpperCase() === 'AS');
}

/** Sources of ADD: all words but the last, or those of a JSON list. */
function sourcesOf(text: string): string[] {
  if (text.trimStart().startsWith('[')) {
    try {
      const words = JSON.parse(text.trim()) as unknown;
      if (Array.isArray(words)) return words.slice(0, -1).map(String);
    } catch {
      // Then it is words.
    }
  }
  return wordsOf(text).slice(0, -1);
}

const mountSources = (value: string) =>
  [...value.matchAll(/(?:^|,)\s*from=([^,]*)/gi)].map(([, image = '']) => image.trim());
const nothing: ValueOf = () => undefined;

/**
 * Variables whose value nobody can say: what a stage sets in those that begin with it, and what only some versions read as
 * ENV or ARG. undefined: any could be.
 */
function namesInDoubt(instructions: readonly Instruction[]): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const { keyword, isOnBuild, isSure, text, escape } of instructions) {
    if ((isSure && !isOnBuild) || (keyword !== 'ENV' && keyword !== 'ARG')) continue;
    const declared = declaredNames(text, keyword === 'ARG', escape);
    if (declared === undefined) return undefined;
    for (const name of declared) names.add(name);
  }
  return names;
}

/**
 * Every host that the Dockerfile makes BuildKit itself call: registries of images that it begins with or copies from, and
 * what ADD fetches. Not those that a RUN calls: it has the network of a container.
 *
 * @param buildArgs they win over the defaults of ARG
 */
export function findOutsideHosts(
  content: string,
  buildArgs: Readonly<Record<string, string>>,
): { hosts: OutsideHost[]; hidden: HiddenHost[]; images: NamedImage[] } {
  const { instructions, possible } = readDockerfile(content);
  const hosts: OutsideHost[] = [];
  const hidden: HiddenHost[] = [];
  const images: NamedImage[] = [];
  // A line that only some versions read as an instruction stands where it is written, behind what all may read there.
  const all = [...instructions, ...possible].toSorted((one, other) => one.line - other.line);
  const isPossible = new Set(possible);
  const doubtful = namesInDoubt(all);
  const given = { buildArgs, isDoubtful: (name: string) => doubtful === undefined || doubtful.has(name) };
  const global = createStageVariables({ ...given, global: undefined });
  const stages = new Map<string, StageVariables>();
  let stage: StageVariables | undefined;

  function take(host: string | undefined, text: string, line: number): void {
    if (host === UNKNOWN) hidden.push({ hidden: text, line });
    else if (host !== undefined) hosts.push({ host, line });
  }

  function takeImage(name: string, values: ValueOf, { escape, line }: Instruction): void {
    const image = expandWord(name, escape, values);
    // A stage by its name or number is none, and neither is the empty image.
    if (stages.has(image.toLowerCase()) || /^\d+$/.test(image) || image === 'scratch') return;
    take(registryHost(image), name, line);
    images.push({ image, line });
  }

  function visit(instruction: Instruction): void {
    const { keyword, flags, text, line, escape, isOnBuild } = instruction;
    // What is put off finds the variables of another stage.
    const values = isOnBuild ? nothing : (stage ?? global).valueOf;
    const from = flags.findLast(({ name }) => name === 'from')?.value;
    if (keyword === 'ARG' || keyword === 'ENV') {
      if (!isOnBuild && !isPossible.has(instruction)) (stage ?? global).declare(text, keyword === 'ARG', escape);
    } else if (keyword === 'FROM') {
      const [image = '', , name] = wordsOf(text);
      const base = stages.get(expandWord(image, escape, global.valueOf).toLowerCase());
      takeImage(image, global.valueOf, instruction);
      stage = base?.inherit() ?? createStageVariables({ ...given, global });
      if (!instruction.isSure) stage.forget();
      if (name !== undefined) stages.set(name.toLowerCase(), stage);
    } else if ((keyword === 'COPY' || keyword === 'ADD') && from !== undefined) takeImage(from, values, instruction);
    else if (keyword === 'ADD') {
      for (const source of sourcesOf(text)) take(remoteHost(expandWord(source, escape, values)), source, line);
    } else if (keyword === 'RUN') {
      const mounts = flags.filter(({ name }) => name === 'mount');
      for (const image of mounts.flatMap(({ value }) => mountSources(value))) takeImage(image, values, instruction);
    }
  }

  for (const instruction of all) {
    if (instruction.keyword !== 'FROM' || !isPossible.has(instruction)) visit(instruction);
    else if (isStage(instruction)) {
      takeImage(wordsOf(instruction.text)[0] ?? '', global.valueOf, instruction);
      stage?.forget();
    }
  }
  return { hosts, hidden, images };
}
