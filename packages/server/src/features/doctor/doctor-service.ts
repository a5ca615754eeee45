import { type Check, type Finding, fail, reasonOf } from './finding.ts';

const timeoutMs = 8000;

/** Makes all checks at once; one that does not end in time, or throws, is a finding of its own. */
export async function examineAll(checks: Readonly<Record<string, Check>>): Promise<Finding[]> {
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const late = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
      try {
        return await Promise.race([check(signal), late]);
      } catch (error) {
        const mend = 'Look at the log of the server, and try again.';
        return [fail({ check: name, title: name }, `It could not be looked at: ${reasonOf(error)}.`, mend)];
      }
    }),
  );
  return found.flat();
}
