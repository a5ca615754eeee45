import type { Schemas } from '@davit/api';
import { formatAge } from '../terminal/duration.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { formatTable } from '../terminal/table.ts';

type Credential = Schemas['Credential'];

const end = ({ expiresAt }: Credential) => (expiresAt === null ? 'does not end' : `ends ${expiresAt.slice(0, 10)}`);
const use = ({ lastUsedAt }: Credential) => (lastUsedAt === null ? 'never used' : `used ${formatAge(lastUsedAt)}`);
const usedBy = ({ usedBy: uses, usedByCount }: Credential) => {
  if (usedByCount === 0) return 'no cloud resource';
  const names = uses.map(({ name }) => name).join(', ');
  return usedByCount > uses.length ? `${names} and ${usedByCount - uses.length} more` : names;
};
const labels = (credential: Credential) =>
  Object.entries(credential.labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

/** One line each. */
export function credentialTable(credentials: readonly Credential[]): string {
  return formatTable(
    credentials.map((one) => [sanitizeLine(one.name), one.provider, use(one), end(one), sanitizeLine(labels(one))]),
  );
}

/** All that is known of one, without its secrets. */
export function credentialDetails(one: Credential): string {
  const rows = [
    ['name', one.name],
    ['id', one.id],
    ['provider', one.provider],
    ...Object.entries(one.fields),
    ...one.secretFields.map((name) => [name, '(secret)']),
    ['labels', labels(one)],
    ['environment', one.environmentId ?? 'every one'],
    ['endpoint', one.endpoint ?? 'the provider’s own'],
    ['version', `${one.version}${one.formerVersionKept ? ' (the former one is kept)' : ''}`],
    ['use', use(one)],
    ['used by', usedBy(one)],
    ['end', end(one)],
  ];
  return formatTable(rows.map((row) => row.map((cell) => sanitizeLine(cell))));
}
