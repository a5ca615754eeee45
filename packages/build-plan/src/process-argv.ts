import { globToRegExp } from './glob.ts';
import { ARTIFACT_ARGUMENT, type PlanProcess } from './plan.ts';
import { PlanError } from './plan-error.ts';
import { type SourceFolder } from './source-folder.ts';

/**
 * The argv of a process after the build: {@link ARTIFACT_ARGUMENT} becomes the one file that the build left.
 * @param folder the built folder, at the plan's rootFolder. Throws PLAN_ARTIFACT_MISSING or PLAN_ARTIFACT_AMBIGUOUS.
 */
export async function resolveProcessArgv(process: PlanProcess, folder: SourceFolder): Promise<string[]> {
  const { artifact } = process;
  if (artifact === null) return process.argv;
  const except = artifact.except.map(globToRegExp);
  const found = (await folder.find(artifact.glob)).filter((path) => !except.some((glob) => glob.test(path)));
  const [file] = found;
  if (file === undefined) {
    throw new PlanError('PLAN_ARTIFACT_MISSING', `The build left no file ${artifact.glob} to start.`, {
      hint: 'Let the build make one, or set the start command of the service.',
    });
  }
  if (found.length > 1) {
    throw new PlanError(
      'PLAN_ARTIFACT_AMBIGUOUS',
      `The build left several files to start: ${found.slice(0, 5).join(', ')}.`,
      {
        hint: 'Set the start command of the service to the one that is meant.',
      },
    );
  }
  return process.argv.map((argument) => (argument === ARTIFACT_ARGUMENT ? file : argument));
}
