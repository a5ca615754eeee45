import { createLongSecrets } from './long-secrets.ts';

/** What stands in place of a secret. */
export const MASKED = '••••••';

/**
 * Shorter secrets are not hidden: "1", "no" or "app" are no secrets, stand in every second line, and hiding them would
 * tell their place and length.
 */
const SHORTEST_SECRET = 4;
/** Lines of a secret that has several, such as a private key, are hidden one by one from this length on. */
const SHORTEST_SECRET_LINE = 8;

/** Longer ones are found by their pieces, not by a pattern. */
const LONGEST_IN_PATTERN = 256;

/** Base64 of `bytes` as it reads inside a longer text, at each of the three places where it can start. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const totalBits = (before + bytes.length) * 8;
    // Characters that also hold bits of a neighbour say nothing certain, so they are left out.
    return padded.slice(Math.ceil((before * 8) / 6), Math.floor(totalBits / 6));
  });
}

function urlForms(secret: string): string[] {
  const component = encodeURIComponent(secret.toWellFormed());
  const strict = component.replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const lower = (text: string) => text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  return [component, strict, form, ...[component, strict, form].map(lower)];
}

function formsOf(secret: string): string[] {
  const base64 = base64Forms(Buffer.from(secret, 'utf8'));
  const base64Url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, json, ...base64, ...base64Url, ...urlForms(secret)];
}

/** The parts of a secret that can stand on one line. Base64 of all of it can, so the whole is among them. */
function partsOf(secret: string): string[] {
  const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
  return lines.length === 1 ? [secret] : [secret, ...lines.filter((line) => line.length >= SHORTEST_SECRET_LINE)];
}

export interface SecretMask {
  add(secrets: readonly string[]): void;
  /** The text with every known secret hidden: as it is, and as base64, base64url, URL-encoded and JSON-escaped. */
  hide(text: string): string;
}

/**
 * Hides secrets in text. One regular expression of all short forms, longest first, so that the time does not grow with the
 * number of secrets (measured for 20 secrets in 1,000 lines: 0.7 ms; searching for each form by itself 4.9 ms).
 */
export function createSecretMask(): SecretMask {
  const forms = new Set<string>();
  const long = createLongSecrets();
  let pattern: RegExp | undefined;

  function hideLong(text: string): string {
    let shown = '';
    let from = 0;
    for (const { start, end } of long.find(text)) {
      shown += text.slice(from, start) + MASKED;
      from = end;
    }
    return from === 0 ? text : shown + text.slice(from);
  }

  return {
    add(secrets) {
      const parts = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(partsOf);
      for (const form of parts.flatMap(formsOf)) {
        if (form.length > LONGEST_IN_PATTERN) long.add(form);
        else if (form.length >= SHORTEST_SECRET) forms.add(form);
      }
      if (forms.size === 0) return;
      const longestFirst = [...forms].sort((a, b) => b.length - a.length);
      pattern = new RegExp(longestFirst.map((form) => form.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
    },
    hide(text) {
      const shown = hideLong(text);
      return pattern ? shown.replace(pattern, MASKED) : shown;
    },
  };
}
