import type { JsonValue, RunStep } from '../../platform/runs/run-kind.ts';
import { commandOutput } from '../deployments/index.ts';
import type { PreparedModule } from './module-folders.ts';
import { loadRows, type StackContext, type StackRunDependencies, type StackRunInput } from './stack-run-context.ts';

/**
 * Says which engine runs which stack, and brings the program of its kind. A step of its own: what is previewed, approved and
 * done is one program, whatever its repository has by then.
 */
export function createModuleStep({ db, kinds, iac, modules }: StackRunDependencies): RunStep<StackRunInput> {
  return {
    name: 'module',
    maxAttempts: 3,
    async run(context) {
      const { resource, manifest } = await loadRows(db, context);
      const { name, version } = await iac.describe(context.signal);
      context.output.write('system', `${name} ${version}, stack ${resource.stackProject}/${resource.stackName}`);
      const kind = await kinds.get(resource.organizationId, manifest.kind);
      const module = await modules.prepare({
        organizationId: resource.organizationId,
        kind,
        output: commandOutput(context, db, 'module'),
        signal: context.signal,
        mask: (secrets) => context.mask(secrets),
      });
      return { ...module } as unknown as JsonValue;
    },
  };
}

/** What the step `module` left; null for what has no such step, since it runs no program. */
export const moduleOf = (context: Pick<StackContext, 'results'>): PreparedModule | null =>
  (context.results['module'] ?? null) as unknown as PreparedModule | null;
