import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import semver from 'semver';

/** The first with the options of the Automation API that the worker uses. */
const oldest = '3.150.0';

function versionOf(packageFile: string): string {
  return (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version;
}

function resolveFrom(file: string, name: string): string | undefined {
  try {
    return createRequire(file).resolve(name);
  } catch {
    return undefined;
  }
}

/** The folder of the @pulumi/pulumi that a module brings with its dependencies, else of davit's own; null: there is no module. */
export function findSdk(moduleFolder: string | null): string {
  const name = '@pulumi/pulumi/package.json';
  const own = moduleFolder === null ? undefined : resolveFrom(join(moduleFolder, 'module.js'), name);
  if (own === undefined) return dirname(createRequire(import.meta.url).resolve(name));
  const version = versionOf(own);
  if (semver.gte(version, oldest)) return dirname(own);
  throw new Error(
    `The module brings @pulumi/pulumi ${version}, which is too old: depend on ${oldest} or newer, or leave it out.`,
  );
}

/**
 * `typescript`, which Pulumi reads functions with: that of the module's dependencies, where Pulumi can read with it, else
 * davit's. It cannot with 7, which has no compiler in JavaScript any more; and the 3.8 that Pulumi ships cannot read what was
 * added to JavaScript since, such as `??=`.
 */
function findTypeScript(sdk: string): string {
  const own = resolveFrom(join(sdk, 'package.json'), 'typescript/package.json');
  if (own !== undefined && semver.satisfies(versionOf(own), '>=4 <7')) return createRequire(own).resolve(dirname(own));
  return createRequire(import.meta.url).resolve('typescript-5');
}

/**
 * Makes every import of `@pulumi/pulumi`, wherever it comes from, the copy in this folder: a program's resources are known to
 * the copy that ran it only.
 */
export function useOnePulumi(sdk: string): void {
  const parentURL = pathToFileURL(join(sdk, 'package.json')).href;
  const typescript = findTypeScript(sdk);
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === '@pulumi/pulumi' || specifier.startsWith('@pulumi/pulumi/')) {
        return next(specifier, { ...context, parentURL });
      }
      if (specifier === 'typescript' && context.parentURL?.includes('/@pulumi/pulumi/')) {
        return next(typescript, context);
      }
      return next(specifier, context);
    },
  });
}

/**
 * The program that runs dynamic resources, with the same SDK. What their functions import is looked for from the job's folder,
 * where there is nothing: so NODE_PATH leads to what the module has. It stands in for the package's own program, which asks Node
 * for a package that it does not find from there either.
 */
export function writeDynamicProvider(binFolder: string, sdk: string, moduleFolder: string | null): void {
  const path = join(binFolder, 'pulumi-resource-pulumi-nodejs');
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const program = [process.execPath, join(sdk, 'cmd', 'dynamic-provider', 'index.js')].map(quoted).join(' ');
  const packages = [...(moduleFolder === null ? [] : nodeModulesAbove(moduleFolder)), dirname(dirname(sdk))].join(':');
  writeFileSync(path, `#!/bin/sh\nNODE_PATH=${quoted(packages)} exec ${program} "$@"\n`);
  chmodSync(path, 0o755);
}

function nodeModulesAbove(folder: string): string[] {
  const own = join(folder, 'node_modules');
  const above = dirname(folder) === folder ? [] : nodeModulesAbove(dirname(folder));
  return existsSync(own) ? [own, ...above] : above;
}
