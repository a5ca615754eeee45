import { SquareTerminal } from 'lucide-react';
import { useRef, useState, useSyncExternalStore } from 'react';
import { connection } from '../../../data/connection.ts';
import { notify } from '../../../data/notices.ts';
import type { TerminalEnd } from '../../../data/terminal-end.ts';
import { type Instance, useInstances } from '../../../data/use-instances.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Kbd } from '../../../ui/kbd.tsx';
import { Select } from '../../../ui/select.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import type { ServiceTabProps } from '../service-tab.ts';
import { useTerminal } from './use-terminal.ts';

/** A shell in an instance of the service. */
export function TerminalTab({ service }: ServiceTabProps) {
  const instances = useInstances(service.id);
  // Whoever sits before a terminal whose instance goes must still see what it said.
  const [wasUsed, setUsed] = useState(false);
  if (instances.data === undefined) return <Skeleton className="m-5 h-40" />;
  const running = instances.data.items.filter(({ state }) => state === 'running');
  if (running.length === 0 && !wasUsed) {
    return (
      <EmptyState icon={<SquareTerminal />} title="No instance runs" className="m-5">
        A terminal opens in a running instance. Deploy or start the service first.
      </EmptyState>
    );
  }
  return <InstanceTerminal serviceId={service.id} running={running} onUsed={() => setUsed(true)} />;
}

interface InstanceTerminalProps {
  serviceId: string;
  running: readonly Instance[];
  onUsed: () => void;
}

function InstanceTerminal({ serviceId, running, onUsed }: InstanceTerminalProps) {
  const leaveTo = useRef<HTMLButtonElement>(null);
  const [chosenId, setChosenId] = useState<string>();
  const [readerMode, setReaderMode] = useState(false);
  const isAway = useSyncExternalStore(connection.subscribe, () => connection.get().away);
  const terminal = useTerminal({ serviceId, onLeave: () => leaveTo.current?.focus(), onEnd: tellOfRefusal });
  const { state, end } = terminal;
  const isBusy = state === 'connecting' || state === 'open';
  const chosen = running.find(({ id }) => id === chosenId) ?? running[0];
  const connect = (): void => {
    if (chosen === undefined) return;
    onUsed();
    setChosenId(chosen.id);
    terminal.connect(chosen.id);
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3 px-4 py-4 md:px-5">
      <div className="flex flex-wrap items-center gap-2">
        <Select
          aria-label="Instance"
          className="w-44"
          value={chosen?.id}
          onValueChange={setChosenId}
          disabled={isBusy || running.length === 0}
          placeholder="No instance runs"
          options={running.map((instance) => ({ value: instance.id, label: instanceName(instance) }))}
        />
        {state === 'open' ? (
          <Button ref={leaveTo} onClick={terminal.disconnect}>
            Disconnect
          </Button>
        ) : (
          <Button
            ref={leaveTo}
            variant="primary"
            busy={state === 'connecting'}
            disabled={chosen === undefined || isAway}
            onClick={connect}
          >
            {end === undefined ? 'Connect' : 'Connect again'}
          </Button>
        )}
        <Button disabled={!terminal.hasSelection} onClick={terminal.copySelection}>
          Copy selection
        </Button>
        <Checkbox
          label="Screen reader"
          className="ml-auto"
          checked={readerMode}
          onCheckedChange={(checked) => {
            setReaderMode(checked === true);
            terminal.setReaderMode(checked === true);
          }}
        />
      </div>
      <div role="status" className="empty:hidden">
        {state === 'ended' && end !== undefined ? (
          <Alert tone={end.kind === 'exited' || end.kind === 'closed' ? 'neutral' : 'warning'}>
            {end.reason}
            {isAway ? ' Connect again when davit is back.' : ''}
          </Alert>
        ) : null}
      </div>
      <div className="relative min-h-56 flex-1 overflow-hidden rounded-lg border bg-sunken p-2">
        <div ref={terminal.place} role="group" aria-label="Terminal" className="size-full font-mono" />
        {state === 'idle' ? (
          <p className="pointer-events-none absolute inset-x-0 top-1/3 px-6 text-center text-muted text-sm">
            A shell in the instance: its files, processes, user and variables. Opening one is noted in the audit log.
          </p>
        ) : null}
      </div>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-muted text-xs">
        <span>
          <Kbd keys="Ctrl F6" /> leaves the terminal
        </span>
        <span>
          <Kbd keys="Ctrl Shift C" /> copies
        </span>
        <span>
          <Kbd keys="Ctrl Shift V" /> pastes
        </span>
        <span>The shell ends when you leave this view.</span>
      </p>
    </div>
  );
}

/** Said at the edge of the page: with the role goes this view. */
function tellOfRefusal({ kind, reason }: TerminalEnd): void {
  if (kind === 'refused') notify({ tone: 'danger', title: 'The terminal was closed', description: reason });
}

/** As people count: web 1, web 2, worker 1. */
function instanceName({ process, ordinal }: Instance): string {
  return `${process} ${ordinal + 1}`;
}
