import { useEffect, useState } from 'react';
import { explainError } from '../../../data/explain-error.ts';
import { validateManifest } from '../../../data/use-cloud-resources.ts';
import { faultsOf, type ManifestFault } from './manifest-faults.ts';

export interface Validation {
  /** The text that this is about; another than what is written now: it is being checked. */
  readonly text: string;
  readonly faults: readonly ManifestFault[];
  /** The resources of the text; empty where it has faults. */
  readonly resources: readonly { readonly kind: string; readonly name: string }[];
  /** Why it could not be checked, other than for its faults. */
  readonly failure?: string;
}

/** Who types is not told of each half word. */
const SETTLE_MS = 400;
const NOTHING: Validation = { text: '', faults: [], resources: [] };

async function check(text: string, signal: AbortSignal): Promise<Validation> {
  try {
    const { waves } = await validateManifest(text, signal);
    return { text, faults: [], resources: waves.flat() };
  } catch (error) {
    const faults = faultsOf(error);
    if (faults !== undefined) return { text, faults, resources: [] };
    return { text, faults: [], resources: [], failure: explainError(error).title };
  }
}

/** What the server says of a manifest, a moment after it was written. */
export function useValidation(text: string): Validation {
  const [known, setKnown] = useState(NOTHING);
  useEffect(() => {
    const over = new AbortController();
    if (text.trim() === '') {
      setKnown({ ...NOTHING, text, faults: [{ line: 1, column: 1, path: '', message: 'The manifest is empty.' }] });
      return undefined;
    }
    const timer = setTimeout(() => {
      void check(text, over.signal).then((found) => {
        if (!over.signal.aborted) setKnown(found);
      });
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      over.abort();
    };
  }, [text]);
  return known;
}
