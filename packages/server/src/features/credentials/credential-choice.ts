import { credentialErrors } from './credential-errors.ts';
import { labelKeyOf, type WantedCredential } from './wanted-credential.ts';

/** A credential that might be taken, as far as the choice looks at it. */
export interface Candidate {
  id: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  environmentId: string | null;
  expiresAt: Date | null;
}

export interface Choice<C extends Candidate> {
  chosen: C;
  /** In a sentence, for the first line of a run. */
  reason: string;
}

const named = (candidates: readonly Candidate[]) => candidates.map(({ name }) => name).join(', ');

/** The flags of `davit credential create` differ by provider: at a terminal it asks for them. */
const createCommand = (provider: string) => `davit credential create --name NAME --provider ${provider}`;

function noneFits(provider: string, cause: string, hint = `Create one: \`${createCommand(provider)}\`.`) {
  return credentialErrors.CREDENTIAL_NONE_FITS({ message: `${cause}.`, hint, details: { provider } });
}

function mustBeGood<C extends Candidate>(chosen: C, now: Date): C {
  if (chosen.expiresAt === null || chosen.expiresAt > now) return chosen;
  const hint = `Replace its fields, and give it another end: \`davit credential update ${chosen.name} --expires 90d\`.`;
  throw credentialErrors.CREDENTIAL_EXPIRED({
    message: `The credential '${chosen.name}' expired on ${chosen.expiresAt.toISOString().slice(0, 10)}.`,
    hint,
    details: { credential: chosen.name },
  });
}

function chooseNamed<C extends Candidate>(
  provider: string,
  candidates: readonly C[],
  name: string,
  now: Date,
): Choice<C> {
  const chosen = candidates.find((candidate) => candidate.name === name || candidate.id === name);
  if (chosen !== undefined) return { chosen: mustBeGood(chosen, now), reason: 'the manifest names it' };
  const others = candidates.length === 0 ? '' : ` Those that there are: ${named(candidates)}.`;
  throw noneFits(
    provider,
    `no credential found for provider '${provider}' with the name '${name}'`,
    `The manifest names it.${others} Or create it: \`${createCommand(provider).replace('NAME', name)}\`.`,
  );
}

function narrow<C extends Candidate>(candidates: readonly C[], selector: Readonly<Record<string, string>>): C[] {
  const wanted = Object.entries(selector);
  return candidates.filter(({ labels }) => wanted.every(([key, value]) => labels[key] === value));
}

const wordsOf = (selector: Readonly<Record<string, string>>) =>
  Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

/**
 * The one credential that a manifest means. The name that it gives wins, then the labels that it selects by; of what is left those
 * of the stack's own environment come before those of every environment. Exactly one must remain.
 *
 * @param candidates those of the organization and the provider which this environment may use
 * @throws AppError CREDENTIAL_NONE_FITS, CREDENTIAL_AMBIGUOUS, CREDENTIAL_EXPIRED
 */
export function chooseCredential<C extends Candidate>(
  provider: string,
  candidates: readonly C[],
  wanted: WantedCredential,
  now: Date,
): Choice<C> {
  if (wanted.name !== undefined) return chooseNamed(provider, candidates, wanted.name, now);
  const selected = narrow(candidates, wanted.selector);
  const by = wordsOf(wanted.selector);
  const suffix = by === '' ? '' : ` with the labels ${by}`;
  const good = selected.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  const own = good.filter(({ environmentId }) => environmentId !== null);
  const left = own.length > 0 ? own : good;
  const [chosen, ...others] = left;
  if (chosen === undefined) {
    const [expired] = selected;
    if (expired !== undefined && selected.length === 1) mustBeGood(expired, now);
    throw noneFits(provider, `no credential found for provider '${provider}'${suffix}`);
  }
  if (others.length > 0) {
    throw credentialErrors.CREDENTIAL_AMBIGUOUS({
      message: `several credentials fit provider '${provider}'${suffix}: ${named(left)}.`,
      hint: `Name one in the manifest: \`metadata.labels.credential: ${chosen.name}\`, or select by labels: \`metadata.labels.${labelKeyOf.selector}: key=value\`.`,
      details: { provider, credentials: left.map(({ name }) => name) },
    });
  }
  return { chosen, reason: reasonOf(provider, own.length > 0, by) };
}

function reasonOf(provider: string, isOwn: boolean, by: string): string {
  const where = isOwn ? ' in this environment' : '';
  if (by !== '') return `the only one for ${provider}${where} with the labels ${by}`;
  return `the only one for ${provider}${where}`;
}
