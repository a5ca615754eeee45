import type { Instruction } from './dockerfile-text.ts';
import { readDockerfile } from './dockerfile-text.ts';

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

type Values = ReadonlyMap<string, string>;

const variable = /\\(.)|\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+])([^${}]*))?\})/g;
/** Stands for what cannot be known here; no name of a host has it. */
const UNKNOWN = '\0';
/** Stands for what BuildKit sets by itself, such as TARGETARCH: perhaps nothing, and never an address. */
const OWN = '\x01';

/** A text with its variables put in; what is not known, or not understood, becomes {@link UNKNOWN}. */
function expand(text: string, values: Values): string {
  const known = text.replaceAll(
    variable,
    (_whole, escaped: string | undefined, plain?: string, braced?: string, operator?: string, word = '') => {
      if (escaped !== undefined) return escaped;
      const value = values.get(plain ?? braced ?? '');
      if (operator === undefined) return value ?? UNKNOWN;
      // Where the value is not known both could be meant.
      if (value === undefined) return UNKNOWN;
      const isSet = operator.startsWith(':') ? value !== '' : true;
      if (operator.endsWith('-')) return isSet ? value : word;
      return isSet ? word : '';
    },
  );
  return known.includes('$') ? UNKNOWN + known : known;
}

const unquoted = (text: string) => text.replaceAll(/^["']|["']$/g, '');

/** `NAME=value NAME="other value"`, or `NAME value` as ENV also has it. */
function assignments(text: string): [string, string | undefined][] {
  const old = /^([A-Za-z_]\w*)\s+(.*)$/.exec(text.trim());
  if (old !== null && !text.split(/\s/)[0]?.includes('=')) return [[old[1] ?? '', unquoted((old[2] ?? '').trim())]];
  const found = text.matchAll(/([A-Za-z_]\w*)(?:=("(?:[^"\\]|\\.)*"|'[^']*'|\S*))?/g);
  return [...found].map(([, name = '', value]) => [name, value === undefined ? undefined : unquoted(value)]);
}

/** The registry of an image: what is before the first slash when it can be a host (https://pkg.go.dev/github.com/distribution/reference). */
function registryHost(image: string): string | undefined {
  const [first = '', ...rest] = image.split('/');
  if (rest.length === 0) return first.includes(UNKNOWN) && first.startsWith(UNKNOWN) ? UNKNOWN : undefined;
  if (first.includes(UNKNOWN) || first.includes(OWN)) return UNKNOWN;
  if (!/[.:]|^localhost$|[A-Z]/.test(first)) return undefined;
  return first.replace(/:\d+$/, '');
}

/** An image without its tag and digest. */
export const repositoryOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');

/** The host of what ADD fetches; undefined: it is a file of the source. */
function remoteHost(written: string): string | undefined {
  const source = written.replaceAll(OWN, '');
  const [, url] = /^(?:[a-z][a-z0-9+.-]*:\/\/)([^/?#]*)/i.exec(source) ?? [];
  const hides = (/^[^/]*\/\/[^/]*|^[^:]*/.exec(written)?.[0] ?? '').includes(OWN);
  if (url !== undefined) return url.includes(UNKNOWN) || hides ? UNKNOWN : url.replace(/^.*@/, '').replace(/:\d+$/, '');
  const [, scp] = /^[\w.-]+@([^:/]+):/.exec(source) ?? [];
  if (scp !== undefined) return scp.includes(UNKNOWN) || hides ? UNKNOWN : scp;
  // What is not known may be a whole address.
  return source.startsWith(UNKNOWN) || source.slice(0, source.search(/[/.]|$/)).includes(UNKNOWN) ? UNKNOWN : undefined;
}

/** Sources of ADD: all words but the last, or those of a JSON list. */
function sourcesOf(text: string): string[] {
  if (text.trimStart().startsWith('[')) {
    try {
      const words = JSON.parse(text) as unknown;
      if (Array.isArray(words)) return words.slice(0, -1).map(String);
    } catch {
      // Then it is words.
    }
  }
  return text.trim().split(/\s+/).slice(0, -1).map(unquoted);
}

const mountSource = (value: string) => /(?:^|,)\s*from=([^,]*)/i.exec(value)?.[1]?.trim();

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
  const global = new Map<string, string>();
  const stages = new Map<string, Map<string, string>>();
  let stage: Map<string, string> | undefined;

  function take(host: string | undefined, text: string, line: number): void {
    if (host === UNKNOWN) hidden.push({ hidden: text, line });
    else if (host !== undefined) hosts.push({ host, line });
  }

  function takeImage(name: string, values: Values, line: number): void {
    const image = expand(unquoted(name), values);
    // A stage by its name or number is none, and neither is the empty image.
    if (stages.has(image.toLowerCase()) || /^\d+$/.test(image) || image === 'scratch') return;
    // Behind its host too: it could be what another service was built to. A tag says nothing.
    take(/[\0\x01]/.test(repositoryOf(image)) ? UNKNOWN : registryHost(image), name, line);
    images.push({ image, line });
  }

  function declare(text: string, isArgument: boolean): void {
    const values = stage ?? global;
    for (const [name, written] of assignments(text)) {
      const before = stage !== undefined && isArgument ? global.get(name) : undefined;
      const given = isArgument ? (buildArgs[name] ?? (written === undefined ? before : undefined)) : undefined;
      if (given !== undefined) values.set(name, given);
      else if (written !== undefined) values.set(name, expand(written, values));
      // An argument without a value is empty, unless BuildKit has one of this name.
      else if (isArgument) values.set(name, /^(?:TARGET|BUILD)/.test(name) ? OWN : '');
    }
  }

  function visit({ keyword, flags, text, line }: Instruction): void {
    const values = stage ?? global;
    const from = flags.findLast(({ name }) => name === 'from')?.value;
    if (keyword === 'ARG' || keyword === 'ENV') declare(text, keyword === 'ARG');
    else if (keyword === 'FROM') {
      const [image = '', , name] = text.trim().split(/\s+/);
      const base = stages.get(expand(image, global).toLowerCase());
      takeImage(image, global, line);
      stage = new Map(base);
      if (name !== undefined) stages.set(name.toLowerCase(), stage);
    } else if ((keyword === 'COPY' || keyword === 'ADD') && from !== undefined) takeImage(from, values, line);
    else if (keyword === 'ADD') {
      for (const source of sourcesOf(text)) take(remoteHost(expand(source, values)), source, line);
    } else if (keyword === 'RUN') {
      for (const { name, value } of flags) {
        const image = name === 'mount' ? mountSource(value) : undefined;
        if (image !== undefined) takeImage(image, values, line);
      }
    }
  }

  for (const instruction of instructions) visit(instruction);
  // What only some versions read as an instruction: with what is known at the end of the file.
  for (const instruction of possible) {
    const [image = ''] = instruction.text.trim().split(/\s+/);
    if (instruction.keyword === 'FROM') takeImage(image, global, instruction.line);
    else visit(instruction);
  }
  return { hosts, hidden, images };
}
