import { kernelErrors } from '../../kernel/app-error.ts';
import { credentialLabels } from './credential.ts';

/** Labels of a manifest that say which credential is meant. */
export const labelKeyOf = {
  name: ['davit.dev/credential', 'credential'],
  /** `team=payments,tier=production` */
  selector: 'davit.dev/credential-selector',
} as const;

/** What a manifest says of its credential. */
export interface WantedCredential {
  /** Or id. */
  name: string | undefined;
  /** Labels that it must have. */
  selector: Readonly<Record<string, string>>;
}

function parseSelector(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.split('='));
  const isWhole = pairs.every((pair) => pair.length === 2);
  const result = credentialLabels.safeParse(
    Object.fromEntries(pairs.map(([key, value]) => [key?.trim(), value?.trim()])),
  );
  if (isWhole && result.success) return result.data;
  const pointer = `/metadata/labels/${labelKeyOf.selector.replace('/', '~1')}`;
  const detail = 'expected key=value,key=value';
  throw kernelErrors.INVALID_INPUT({
    message: `metadata.labels.${labelKeyOf.selector}: ${detail}.`,
    fields: [{ pointer, detail }],
  });
}

/** Reads what the labels of a manifest say of its credential. @throws AppError INVALID_INPUT */
export function readWantedCredential(labels: Readonly<Record<string, string>>): WantedCredential {
  const name = labelKeyOf.name.map((key) => labels[key]).find((value) => value !== undefined && value !== '');
  const selector = labels[labelKeyOf.selector];
  return { name, selector: selector === undefined || selector === '' ? {} : parseSelector(selector) };
}
