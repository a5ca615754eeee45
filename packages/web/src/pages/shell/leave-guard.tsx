import { useBlocker } from '@tanstack/react-router';
import { LeaveQuestion, type LeaveQuestionProps } from './leave-question.tsx';

export interface LeaveGuardProps extends Pick<LeaveQuestionProps, 'what'> {
  /** Whether something is there that would be lost. */
  when: boolean;
}

/** The parts of an address that say which view it is; the others say what is looked at in it. */
const VIEW = ['environment', 'service', 'resource', 'update', 'tab', 'view'] as const;

interface Place {
  pathname: string;
  search: object;
}

const isElsewhere = (one: Place, other: Place): boolean =>
  one.pathname !== other.pathname ||
  VIEW.some(
    (name) => (one.search as Record<string, unknown>)[name] !== (other.search as Record<string, unknown>)[name],
  );

/** A tab is chosen by its focus alone: given back after the question, it would lead away again. */
function focusShownTab(): void {
  const tabs = document.activeElement?.closest('[role=tablist]');
  tabs?.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus({ preventScroll: true });
}

/** Asks before another view takes the place of one in which something is not saved; the browser asks before the page itself is left. */
export function LeaveGuard({ when, what }: LeaveGuardProps) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn({ current, next }) {
      if (!isElsewhere(current, next)) return false;
      focusShownTab();
      return true;
    },
    enableBeforeUnload: when,
    disabled: !when,
    withResolver: true,
  });
  const isAsking = status === 'blocked';
  return <LeaveQuestion open={isAsking} what={what} onStay={() => reset?.()} onLeave={() => proceed?.()} />;
}
