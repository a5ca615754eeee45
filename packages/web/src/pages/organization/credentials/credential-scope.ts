/** Where a credential applies and how long, as a form has it. */
export interface CredentialScope {
  /** Empty for every environment. */
  environmentId: string;
  /** `key=value`, separated by commas or lines. */
  labels: string;
  /** `2026-12-31`, in the time zone of whoever types it; empty for no end. */
  end: string;
}

interface StoredScope {
  environmentId: string | null;
  labels: Readonly<Record<string, string>>;
  expiresAt: string | null;
}

const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** A stored scope as a form shows it. */
export function toScope({ environmentId, labels, expiresAt }: StoredScope): CredentialScope {
  return {
    environmentId: environmentId ?? '',
    labels: labelsText(labels),
    end: expiresAt === null ? '' : dayOf(expiresAt),
  };
}

function dayOf(time: string): string {
  const at = new Date(time);
  return `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())}`;
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

/** The labels of a text; undefined where a part of it is none. */
export function parseLabels(text: string): Record<string, string> | undefined {
  const parts = text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const entries = parts.map((part) => {
    const at = part.indexOf('=');
    return [part.slice(0, Math.max(0, at)).trim(), part.slice(at + 1).trim()] as const;
  });
  if (entries.some(([key]) => key === '')) return undefined;
  return Object.fromEntries(entries);
}

/** Where `useApiForm` has the faults of a scope. */
interface FaultsOfScope {
  errorOf: (path: 'labels' | `labels.${string}` | 'expiresAt') => string | undefined;
  errorWithin: (path: 'labels') => string | undefined;
}

/** What is wrong with a scope, the label that it is about by its name. */
export function faultsOfScope(scope: CredentialScope, { errorOf, errorWithin }: FaultsOfScope) {
  const keys = Object.keys(parseLabels(scope.labels) ?? {});
  const wrong = keys.find((key) => errorOf(`labels.${key}`) !== undefined);
  const label = wrong === undefined ? errorWithin('labels') : `${wrong}: ${errorOf(`labels.${wrong}`)}`;
  return { labels: errorOf('labels') ?? label, expiresAt: errorOf('expiresAt') };
}

/** What a label looks like, for a form's `patterns`. */
export const LABEL_IN_WORDS = 'Letters, digits, dots and dashes: key=value.';

/** The last moment of a day; null for no day. */
export function endOf(day: string): string | null {
  return day === '' ? null : new Date(`${day}T23:59:59`).toISOString();
}
