import { execFile } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import type { Check } from './check.ts';

/** A check that is a program of its own: what it prints is the fault when it exits with another code than 0. */
export function tool(name: string, root: string, argv: readonly string[]): Check {
  return {
    name,
    run() {
      const { promise, resolve } = Promise.withResolvers<readonly string[]>();
      // oxlint looks for the type-aware half of itself on PATH; what starts `node` must get this one.
      const PATH = [dirname(process.execPath), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
      const options = { cwd: root, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, PATH, NO_COLOR: '1' } };
      execFile(process.execPath, [...argv], options, (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`.trim();
        if (error === null) resolve([]);
        else resolve([output === '' ? error.message : output]);
      });
      return promise;
    },
  };
}
