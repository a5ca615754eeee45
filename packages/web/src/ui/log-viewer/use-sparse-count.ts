import { useEffect, useRef, useState } from 'react';

const INTERVAL = 10_000;

/** A count that grows, told at most every ten seconds: what a screen reader says of a log that is being written. Undefined while nothing came. */
export function useSparseCount(count: number, live: boolean): number | undefined {
  const [told, setTold] = useState<number>();
  const latest = useRef(count);
  latest.current = count;
  useEffect(() => {
    if (!live) return undefined;
    let last = latest.current;
    const timer = setInterval(() => {
      if (latest.current === last) return;
      last = latest.current;
      setTold(last);
    }, INTERVAL);
    return () => clearInterval(timer);
  }, [live]);
  return told;
}
