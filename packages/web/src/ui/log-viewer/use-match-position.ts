import { useCallback, useState } from 'react';
import type { LogSearch } from './log-source.ts';

export interface MatchPosition extends Pick<LogSearch, 'currentIndex' | 'currentNumber' | 'onMove'> {
  /** Forgets where one was: another search begins. */
  restart: () => void;
}

/** Which of the matching lines is the current one, and the way to the next and the one before, round and round. */
export function useMatchPosition(numbers: readonly number[]): MatchPosition {
  const [current, setCurrent] = useState<number>();
  const position = current === undefined ? -1 : indexOf(numbers, current);
  const restart = useCallback(() => setCurrent(undefined), []);
  return {
    currentIndex: position,
    currentNumber: position === -1 ? undefined : current,
    restart,
    onMove(step) {
      if (numbers.length === 0) return;
      const next =
        position === -1 ? (step === 1 ? 0 : numbers.length - 1) : (position + step + numbers.length) % numbers.length;
      setCurrent(numbers[next]);
    },
  };
}

/** In ascending numbers: it is asked at each drawing, and there may be thousands. */
function indexOf(numbers: readonly number[], wanted: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = numbers[middle] ?? 0;
    if (found === wanted) return middle;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
