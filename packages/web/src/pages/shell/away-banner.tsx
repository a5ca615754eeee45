import { CloudOff } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { connection } from '../../data/connection.ts';
import { Button } from '../../ui/button.tsx';

/** Over the page while davit cannot be reached. It goes by itself. */
export function AwayBanner() {
  const state = useSyncExternalStore(connection.subscribe, connection.get);
  const seconds = useSecondsUntil(state.away ? state.retryAt : undefined);
  return (
    // Always there, so that it is read out when it fills. Over the page: the page below must not jump.
    <div role="status" className="fixed inset-x-0 top-0 z-65 flex justify-center px-3 pt-2 empty:hidden">
      {state.away ? (
        <div className="flex animate-fade-in flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-warning-line bg-warning-soft px-3 py-1.5 text-sm text-warning-text shadow-raised">
          <CloudOff aria-hidden className="size-4 shrink-0" />
          <span>
            davit is away; trying again
            {/* The count is for the eye: read out each second it would drown everything else. */}
            <span aria-hidden className="tabular-nums">
              {seconds > 0 ? ` in ${seconds} s` : ' …'}
            </span>
          </span>
          <Button size="sm" onClick={() => connection.retryNow()}>
            Try now
          </Button>
        </div>
      ) : null}
    </div>
  );
}

/** Whole seconds from now until a time in milliseconds; 0 when it is over or there is none. */
function useSecondsUntil(time: number | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (time === undefined) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [time]);
  return time === undefined ? 0 : Math.max(0, Math.ceil((time - now) / 1000));
}
