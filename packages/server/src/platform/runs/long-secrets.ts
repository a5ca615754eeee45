/** A place in a text, from `start` up to and without `end`. */
export interface Span {
  start: number;
  end: number;
}

/** Characters by which a piece of a secret is recognized. */
const keyLength = 16;
/** Keys that are kept of each secret, spread evenly over it. */
const keysPerSecret = 64;
/** A piece is hidden from this length on … */
const shortestPiece = 32;
/** … where a key of it has this many different characters: a row of spaces or dashes is no secret, though one may hold it. */
const variedCharacters = 8;

interface Place {
  secret: string;
  offset: number;
  /** Whether the key says something by itself; one of spaces or dashes only counts where the secret stands as a whole. */
  isVaried: boolean;
}

function isVaried(text: string): boolean {
  const seen = new Set<string>();
  for (const character of text) {
    seen.add(character);
    if (seen.size >= variedCharacters) return true;
  }
  return false;
}

/**
 * Finds long secrets in text, whole or in pieces: a line of output is cut where it is too long, and base64 is wrapped, so that
 * a key file never stands on one line. Every piece of {@link shortestPiece} characters is found of a secret of up to 1,000
 * characters; of longer ones, pieces of about 1/64 of it. A regular expression cannot do this: one of 64 KiB in its dozen
 * encodings is refused by V8 as too large.
 */
export function createLongSecrets() {
  const places = new Map<string, Place[]>();
  const known = new Set<string>();

  // Which keys there may be, by three of their characters: slicing the text at every place would take four times as long.
  const filter = new Uint8Array(65_536);
  const hashAt = (text: string, at: number) =>
    ((text.charCodeAt(at) * 31 + text.charCodeAt(at + 7)) * 31 + text.charCodeAt(at + keyLength - 1)) & 65_535;

  /** As much of the text around `at` as is the same as in the secret around its key. */
  function spanAt(text: string, at: number, from: number, { secret, offset }: Place): Span {
    let before = 0;
    while (at - before > from && offset > before && text[at - before - 1] === secret[offset - before - 1]) before++;
    let after = keyLength;
    while (at + after < text.length && offset + after < secret.length && text[at + after] === secret[offset + after])
      after++;
    return { start: at - before, end: at + after };
  }

  function findAt(text: string, at: number, from: number, place: Place): Span | undefined {
    const { secret, offset } = place;
    const start = at - offset;
    if (start >= from && text.startsWith(secret, start)) return { start, end: start + secret.length };
    if (!place.isVaried) return undefined;
    const span = spanAt(text, at, from, place);
    return span.end - span.start >= shortestPiece ? span : undefined;
  }

  function longestAt(text: string, at: number, from: number): Span | undefined {
    let longest: Span | undefined;
    for (const place of places.get(text.slice(at, at + keyLength)) ?? []) {
      const span = findAt(text, at, from, place);
      if (span === undefined) continue;
      if (longest === undefined || span.end - span.start > longest.end - longest.start) longest = span;
    }
    return longest;
  }

  return {
    add(secret: string): void {
      if (known.has(secret)) return;
      known.add(secret);
      const step = Math.max(keyLength, Math.ceil(secret.length / keysPerSecret));
      const own = new Set<string>();
      for (let offset = 0; offset + keyLength <= secret.length; offset += step) {
        const key = secret.slice(offset, offset + keyLength);
        // Of a key that repeats the first place is enough: a secret of one repeated letter must not cost a search for each.
        if (own.has(key)) continue;
        own.add(key);
        places.set(key, [...(places.get(key) ?? []), { secret, offset, isVaried: isVaried(key) }]);
        filter[hashAt(key, 0)] = 1;
      }
    },

    /** In order, without overlap. */
    find(text: string): Span[] {
      const found: Span[] = [];
      if (places.size === 0) return found;
      let from = 0;
      for (let at = 0; at + keyLength <= text.length; at++) {
        if (filter[hashAt(text, at)] === 0) continue;
        const span = longestAt(text, at, from);
        if (span === undefined) continue;
        found.push(span);
        from = span.end;
        at = span.end - 1;
      }
      return found;
    },
  };
}
