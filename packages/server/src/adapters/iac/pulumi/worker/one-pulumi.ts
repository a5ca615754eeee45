import { registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const pulumi = dirname(fileURLToPath(import.meta.resolve('@pulumi/pulumi/package.json')));

/**
 * Makes every import of `@pulumi/pulumi`, wherever it comes from, the copy that davit has: a program's resources are known
 * to the copy that ran it only. `typescript`, which Pulumi reads functions with, is the one that it ships: it cannot read
 * with 7.0, and who runs davit has none.
 */
export function useOnePulumi(): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === '@pulumi/pulumi' || specifier.startsWith('@pulumi/pulumi/')) {
        return next(specifier, { ...context, parentURL: import.meta.url });
      }
      if (specifier === 'typescript' && context.parentURL?.includes('/@pulumi/pulumi/')) {
        return next(join(pulumi, 'vendor', 'typescript@3.8.3', 'typescript.js'), context);
      }
      return next(specifier, context);
    },
  });
}
