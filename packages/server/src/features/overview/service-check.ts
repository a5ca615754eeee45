import { type Check, type Finding, fail, ok, type Subject, warn } from '../doctor/index.ts';
import type { ServiceHealth, TroubledService } from './service-health.ts';

/** Named one by one; the rest is counted, for a machine on which nothing runs. */
const mostNamed = 10;

const all: Subject = { check: 'services', title: 'Services' };

function findingOf({ name, project, organization, detail, fault }: TroubledService): Finding {
  const subject = { check: 'services.running', title: `Service ${name} of ${project} (${organization})` };
  // An application that does not stay up is the matter of its people.
  if (fault === null) return warn(subject, detail, `Look at its log, mend what is wrong and deploy it again.`);
  return fail(subject, detail, fault.hint);
}

/** Services that should run and do not, the worst first, and why. */
export function createServiceCheck(look: (signal: AbortSignal) => Promise<ServiceHealth>): Check {
  return async (signal) => {
    const { running, unknown, troubled } = await look(signal);
    const worst = troubled.toSorted((a, b) => Number(a.fault === null) - Number(b.fault === null));
    const findings = worst.slice(0, mostNamed).map(findingOf);
    const more = troubled.length - findings.length;
    const others = { check: 'services.running', title: 'Other services' };
    if (more > 0) findings.push(warn(others, `${more} more do not run.`, 'See the overviews of their projects.'));
    if (unknown > 0) {
      const detail = `Whether ${unknown} run is not known: what runs them does not answer.`;
      findings.push(warn(all, detail, 'Mend what the findings about runtime and agent say.'));
    }
    if (findings.length === 0 && running > 0) return [ok(all, `All ${running} that should run do.`)];
    return findings;
  };
}
