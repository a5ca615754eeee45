import { CloudOff, Hourglass, type LucideIcon } from 'lucide-react';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { connection } from '../../data/connection.ts';
import { requestLimit } from '../../data/request-limit.ts';
import { Button } from '../../ui/button.tsx';

/** Over the page while davit cannot be reached, or takes no more questions for a while. It goes by itself. */
export function AwayBanner() {
  const state = useSyncExternalStore(connection.subscribe, connection.get);
  const limitedUntil = useSyncExternalStore(requestLimit.subscribe, requestLimit.get);
  return (
    // Always there, so that it is read out when it fills. Over the page: the page below must not jump.
    <div role="status" className="fixed inset-x-0 top-0 z-65 flex justify-center px-3 pt-2 empty:hidden">
      {state.away ? (
        <Line icon={CloudOff} text="davit is away; trying again" until={state.retryAt}>
          <Button size="sm" onClick={() => connection.retryNow()}>
            Try now
          </Button>
        </Line>
      ) : limitedUntil === undefined ? null : (
        <Line icon={Hourglass} text="Too many requests came from you; going on by itself" until={limitedUntil} />
      )}
    </div>
  );
}

interface LineProps {
  icon: LucideIcon;
  text: string;
  /** In milliseconds. */
  until: number;
  children?: ReactNode;
}

function Line({ icon: Icon, text, until, children }: LineProps) {
  const seconds = useSecondsUntil(until);
  return (
    <div className="flex animate-fade-in flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-warning-line bg-warning-soft px-3 py-1.5 text-sm text-warning-text shadow-raised">
      <Icon aria-hidden className="size-4 shrink-0" />
      <span>
        {text}
        {/* The count is for the eye: read out each second it would drown everything else. */}
        <span aria-hidden className="tabular-nums">
          {seconds > 0 ? ` in ${seconds} s` : ' …'}
        </span>
      </span>
      {children}
    </div>
  );
}

/** Whole seconds from now until a time in milliseconds; 0 when it is over. */
function useSecondsUntil(time: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [time]);
  return Math.max(0, Math.ceil((time - now) / 1000));
}
