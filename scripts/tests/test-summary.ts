/** What is read of the report that Vitest's JSON reporter writes. */
export interface TestReport {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      /** Each with its stack. */
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** Of a failed test: what was expected, and where. Vitest printed all of it, thousands of lines before. */
const LINES_OF_CAUSE = 12;

interface Circumstances {
  /** Processes that tests started and left, and runs that had to be ended, described. */
  readonly left: readonly string[];
  readonly isCi: boolean;
}

/** All that is wrong, and the closing line, in which everything that is wrong counts as failed. */
export function summarize(
  reports: ReadonlyMap<string, TestReport | undefined>,
  { left, isCi }: Circumstances,
): { faults: readonly string[]; line: string } {
  const results = [...reports.values()].flatMap((report) => report?.testResults ?? []);
  const tests = results.flatMap((file) => file.assertionResults.map((test) => ({ ...test, file: file.name })));
  const ended = (status: string) => tests.filter((test) => test.status === status);
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
  const faults = [
    ...ended('failed').map(
      ({ file, fullName, failureMessages = [] }) => `failed: ${file}: ${fullName}${causeOf(failureMessages)}`,
    ),
    ...[...reports].flatMap(([project, report]) => faultsOfProject(project, report)),
    ...left,
    ...(isCi ? skipped.map(({ file, fullName }) => `did not run, which CI demands: ${file}: ${fullName}`) : []),
  ];
  const tail = skipped.length === 0 ? '' : `, ${skipped.length} skipped`;
  return { faults, line: `${ended('passed').length} passed, ${faults.length} failed${tail}` };
}

function causeOf(messages: readonly string[]): string {
  const lines = messages.flatMap((message) => message.trim().split('\n').slice(0, LINES_OF_CAUSE));
  return lines.map((line) => `\n    ${line}`).join('');
}

/** What is wrong though no test failed: a file that could not be loaded, an error outside of any test, nothing run. */
function faultsOfProject(project: string, report: TestReport | undefined): readonly string[] {
  if (report === undefined) return [`${project}: ended without a report`];
  const files = report.testResults;
  if (!files.some(({ assertionResults }) => assertionResults.some(({ status }) => status === 'passed'))) {
    return [`${project}: ran no test`];
  }
  const broken = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  );
  if (broken.length > 0) return broken.map(({ name, message }) => `${project}: ${name}: ${message ?? 'failed'}`);
  const hasFailed = files.some(({ status }) => status === 'failed');
  return report.success || hasFailed ? [] : [`${project}: an error outside of its tests`];
}
