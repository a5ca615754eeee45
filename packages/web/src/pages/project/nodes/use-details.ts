import { useStoreApi } from '@xyflow/react';
import { useEffect, useState } from 'react';

/** Of no more than this many, each is whole at once: they may be in sight close by. */
const AT_ONCE = 40;
/** Of more, whose small print nobody can read yet, so many are completed a frame. */
const A_FRAME = 4;

const waiting = new Set<() => void>();
let frame: number | undefined;

function completeSome(): void {
  frame = undefined;
  for (const complete of [...waiting].slice(0, A_FRAME)) {
    waiting.delete(complete);
    complete();
  }
  schedule();
}

function schedule(): void {
  if (waiting.size > 0) frame ??= requestAnimationFrame(completeSome);
}

/**
 * Whether a node shows more than its name and state. A canvas of 200 is seen from afar when it is opened, where there is no more to be seen of any: nine
 * tenths of their elements are made once they stand there, a few a frame.
 */
export function useDetails(): boolean {
  const store = useStoreApi();
  const [isWhole, setIsWhole] = useState(() => store.getState().nodes.length <= AT_ONCE);
  useEffect(() => {
    if (isWhole) return undefined;
    const complete = () => setIsWhole(true);
    waiting.add(complete);
    schedule();
    return () => {
      waiting.delete(complete);
    };
  }, [isWhole]);
  return isWhole;
}
