/** A secret of a build: its id in the Dockerfile, and the variable of the client's environment that holds it. */
export interface BuildSecret {
  id: string;
  variable: string;
  value: string;
}

const quoted = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`;

/** Below what one variable of a process may hold (128 KiB). */
const mostCharacters = 30_000;

/** The variables as texts for the shell, which commands of a generated Dockerfile read. Ids do not depend on values. */
export function shellSecrets(variables: Readonly<Record<string, string>>): { ids: string[]; secrets: BuildSecret[] } {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(variables)) {
    const line = `export ${name}=${quoted(value)}\n`;
    const last = parts.at(-1);
    if (last !== undefined && last.length + line.length < mostCharacters) parts[parts.length - 1] = last + line;
    else parts.push(line);
  }
  const secrets = parts.map((value, index) => ({
    id: `davit-variables-${index}`,
    variable: `DAVIT_SHELL_SECRET_${index}`,
    value,
  }));
  return { ids: secrets.map(({ id }) => id), secrets };
}

/** Each variable as a secret of its own name, for `RUN --mount=type=secret,id=NAME` of a Dockerfile. */
export function namedSecrets(variables: Readonly<Record<string, string>>): BuildSecret[] {
  return Object.entries(variables).map(([id, value], index) => ({ id, variable: `DAVIT_SECRET_${index}`, value }));
}
