import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Test files that take long, with their seconds in a whole run on two cores: what counts is which are longer than others. */
export const longTests: Readonly<Record<string, number>> = JSON.parse(
  readFileSync(new URL('./long-tests.json', import.meta.url), 'utf8'),
);

const secondsOf = ({ moduleId }: TestSpecification): number => longTests[relative(root, moduleId)] ?? 0;

/**
 * Begins with the files that take longest. Vitest begins with the largest ones where it remembers no run, as in a fresh clone: small
 * ones that take minutes then come last, and end beside an idle core.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return sorted.toSorted(
      (a, b) => projects.indexOf(a.project) - projects.indexOf(b.project) || secondsOf(b) - secondsOf(a),
    );
  }
}
