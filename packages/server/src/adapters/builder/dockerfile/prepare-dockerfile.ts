import { readDockerfile } from './dockerfile-text.ts';

/** Where a RUN finds the file of certificate authorities; nothing of it gets into an image. */
const CERTIFICATES_PATH = '/run/davit/certificates.pem';

export interface PreparedDockerfile {
  content: string;
  /** Id of the secret that every RUN mounts. */
  scopeSecret: string;
  /** For each line of `content`, the line of the original that it stands for, both from 1. */
  originalLines: number[];
}

/**
 * The Dockerfile as it is built: every RUN mounts one secret more, named after the service. The name is part of the key under
 * which BuildKit keeps a step, so that no service gets a layer that another made, perhaps with its secrets; and where there is
 * a file of certificate authorities, this is how it gets into the build.
 *
 * @param variables names under which tools look for the file of authorities; none where there is no such file
 */
export function prepareDockerfile(content: string, scope: string, variables: readonly string[]): PreparedDockerfile {
  const { lines, instructions } = readDockerfile(content);
  const scopeSecret = `davit-scope-${scope}`;
  const mount = `--mount=type=secret,id=${scopeSecret},target=${CERTIFICATES_PATH},mode=0444`;
  const isRun = new Set<number>();
  const lastOfFrom = new Set<number>();
  for (const [index, { keyword, isOnBuild, line }] of instructions.entries()) {
    if (keyword === 'RUN' && !isOnBuild) isRun.add(line);
    // The next instruction may have comments before it: they stay before it.
    if (keyword === 'FROM' && !isOnBuild && variables.length > 0)
      lastOfFrom.add((instructions[index + 1]?.line ?? lines.length) - 1);
  }
  const written: string[] = [];
  const originalLines: number[] = [];
  for (const [at, line] of lines.entries()) {
    written.push(isRun.has(at) ? line.replace(/^(\s*RUN)/i, `$1 ${mount} `) : line);
    originalLines.push(at + 1);
    if (!lastOfFrom.has(at)) continue;
    written.push(...variables.map((name) => `ARG ${name}=${CERTIFICATES_PATH}`));
    originalLines.push(...variables.map(() => at + 1));
  }
  return { content: written.join('\n'), scopeSecret, originalLines };
}
