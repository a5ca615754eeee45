import { builderErrors } from '../builder-errors.ts';
import { type Instruction, readDockerfile } from './dockerfile-text.ts';

const officialFrontend = /^(?:docker\.io\/)?docker\/dockerfile(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;
/** Sockets of what runs containers on this machine. */
const engineSocket = /(?:docker|containerd|buildkitd|crio|podman)\.sock/i;
/** Go and JavaScript differ in which of these are spaces, and none is meant. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const noText = /[\0\x01\x7f-\x9f]|(?<!^)\uFEFF/;
const mountTypes = new Set(['bind', 'cache', 'tmpfs', 'secret', 'ssh']);

function refuse(line: number, problem: string): never {
  const detail = `line ${line + 1}: ${problem}`;
  throw builderErrors.BUILD_DOCKERFILE_REFUSED({
    message: `The Dockerfile is refused, ${detail}.`,
    fields: [{ pointer: '/settings/build/dockerfilePath', detail }],
  });
}

const leavesFolder = (path: string) => path.split('/').includes('..');
const isRoot = (path: string) => /^\/(?:\.?\/)*\.?$/.test(path);

function judgeMount(value: string, line: number): void {
  // They would be read once more, as CSV and as a word: nothing that is meant needs them.
  if (/["'`\\\n]/.test(value)) refuse(line, 'a mount has quotes or escapes in it');
  const fields = value.split(',').map((field): [string, string] => {
    const [, name = '', text = ''] = /^\s*([^=]*)=?([\s\S]*)$/.exec(field) ?? [];
    return [name.trim().toLowerCase(), text.trim()];
  });
  const valueOf = (...names: string[]) => fields.findLast(([name]) => names.includes(name))?.[1];
  const type = valueOf('type') ?? 'bind';
  if (!mountTypes.has(type)) refuse(line, `there is no mount of type ${JSON.stringify(type)}`);
  const source = valueOf('source', 'src') ?? '';
  const target = valueOf('target', 'dst', 'destination') ?? '';
  if (fields.some(([, text]) => engineSocket.test(text)))
    refuse(line, 'a mount names the socket of a container engine');
  if (leavesFolder(source) || leavesFolder(target)) refuse(line, 'a mount leads out by ".."');
  if (isRoot(target)) refuse(line, 'a mount is put over /');
  if ((type === 'bind' || type === 'cache') && isRoot(source) && valueOf('from') === undefined)
    refuse(line, 'a mount has / as its source');
}

function judgeRun({ flags, line }: Instruction): void {
  for (const { name, value } of flags) {
    if (name === 'mount') judgeMount(value, line);
    else if (name === 'network') {
      if (value !== 'default' && value !== 'none') refuse(line, '--network must be default or none');
    } else if (name === 'security') {
      if (value !== 'sandbox') refuse(line, '--security must be sandbox');
    } else refuse(line, `RUN has a flag that is not known: --${name}`);
  }
}

/** The frontend is a program that BuildKit fetches and hands the whole build to: only the official one is. */
function judgeFrontend(lines: readonly string[]): void {
  const first = lines.findIndex((line) => line.trim() !== '');
  if (lines[first]?.trimStart().startsWith('{')) refuse(first, 'it is JSON and no Dockerfile');
  for (const [at, line] of lines.entries()) {
    const [, frontend] = /^\s*(?:#|\/\/)\s*syntax\s*=\s*(.*?)\s*$/i.exec(line) ?? [];
    // A frontend may be given arguments behind its name.
    if (frontend !== undefined && !officialFrontend.test(frontend))
      refuse(at, `the frontend ${JSON.stringify(frontend)} is not docker/dockerfile`);
  }
}

/**
 * Refuses what would let a build reach out of itself: another frontend, the network or the rights of the host, mounts of what
 * is not its own. BuildKit refuses most of it too, but not every version all, and an engine can be set to allow it.
 *
 * @throws AppError BUILD_DOCKERFILE_REFUSED with the line
 */
export function judgeDockerfile(content: string): void {
  if (noText.test(content)) refuse(0, 'it is no text: it has characters that are not to be seen');
  const { lines, instructions, possible, tangled } = readDockerfile(content);
  if (tangled !== undefined) refuse(tangled, 'too many lines are continued here to be read');
  judgeFrontend(lines);
  for (const instruction of [...instructions, ...possible]) if (instruction.keyword === 'RUN') judgeRun(instruction);
  if (!instructions.some(({ keyword }) => keyword === 'FROM')) refuse(0, 'it has no FROM');
}
