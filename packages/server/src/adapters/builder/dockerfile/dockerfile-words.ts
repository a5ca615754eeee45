/** Where the service's variables are while a command of the build runs, as text for the shell. */
const VARIABLES_FOLDER = '/run/davit/variables';

export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** For ENV and COPY: `$` and what else the Dockerfile would read is taken literally. */
export const quoted = (text: string): string => `"${text.replaceAll(/["\\$]/g, '\\$&')}"`;

/** A command as a person would type it, on one line, always quoted, as a script begins with: see build-progress.ts. */
export function shownTitle(argv: readonly string[]): string {
  const [program, flag, text] = argv;
  const whole = program === '/bin/sh' && flag === '-c' && text !== undefined ? text : argv.join(' ');
  const [line = ''] = whole.split('\n');
  return shellWord(` ${line === whole ? line : `${line} …`}`.replaceAll("'", '"'));
}

export interface RunScript {
  /** What people are shown; undefined: the command itself. */
  title?: string | undefined;
  argv: readonly string[];
  /** Flags of mounts besides the secrets. */
  mounts: readonly string[];
  /** Ids of the secrets that hold the service's variables. */
  secrets: readonly string[];
  /** For this command alone. */
  environment: Readonly<Record<string, string>>;
}

/** A RUN of a generated Dockerfile: one command, with the service's variables and no trace of them in the image. */
export function runLine({ title, argv, mounts, secrets, environment }: RunScript): string {
  const secretMounts = secrets.map((id) => `--mount=type=secret,id=${id},target=${VARIABLES_FOLDER}/${id}`);
  const script = [
    // What people are shown in place of all the rest.
    `: ${shownTitle(title === undefined ? argv : [title])}`,
    `for file in ${VARIABLES_FOLDER}/*; do [ ! -f "$file" ] || . "$file"; done`,
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${shellWord(value)}`),
    `exec ${argv.map(shellWord).join(' ')}`,
  ].join('; ');
  return ['RUN', ...mounts, ...secretMounts, JSON.stringify(['/bin/sh', '-c', script])].join(' ');
}
