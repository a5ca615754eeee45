import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { TerminalEnd } from '../../../data/terminal-end.ts';
import { openTerminalSocket, type TerminalSocket } from '../../../data/terminal-socket.ts';
import { copyText } from '../../../ui/copy-button.tsx';
import { useIsDark } from '../../../ui/theme.ts';
import { createScreen, type Screen } from './create-screen.ts';

export type TerminalState = 'idle' | 'connecting' | 'open' | 'ended';

export interface TerminalControl {
  /** Where the terminal is to be. */
  place: RefObject<HTMLDivElement | null>;
  state: TerminalState;
  /** Why it ended; undefined before the first end. */
  end: TerminalEnd | undefined;
  hasSelection: boolean;
  connect: (instanceId: string) => void;
  disconnect: () => void;
  copySelection: () => void;
  setReaderMode: (isOn: boolean) => void;
}

export interface UseTerminalOptions {
  serviceId: string;
  onLeave: () => void;
  onEnd: (end: TerminalEnd) => void;
}

/** A screen and the one shell that is shown on it. The shell ends with the place that it is shown in. */
export function useTerminal(options: UseTerminalOptions): TerminalControl {
  const place = useRef<HTMLDivElement>(null);
  const screen = useRef<Screen>(undefined);
  const socket = useRef<TerminalSocket>(undefined);
  const [state, setState] = useState<TerminalState>('idle');
  const [end, setEnd] = useState<TerminalEnd>();
  const [hasSelection, setHasSelection] = useState(false);
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });

  const copySelection = useCallback(() => {
    const text = screen.current?.selection() ?? '';
    if (text === '') return;
    // Without a secure context copying takes the focus for a moment.
    void copyText(text).finally(() => screen.current?.focus());
  }, []);

  useEffect(() => {
    if (place.current === null) return undefined;
    const made = createScreen(place.current, {
      onInput: (bytes) => socket.current?.send(bytes),
      onResize: (size) => socket.current?.resize(size),
      onSelection: setHasSelection,
      onLeave: () => latest.current.onLeave(),
      onCopy: copySelection,
    });
    screen.current = made;
    return () => {
      socket.current?.close();
      socket.current = undefined;
      screen.current = undefined;
      made.dispose();
    };
  }, [copySelection]);

  const isDark = useIsDark();
  useEffect(() => screen.current?.refreshTheme(), [isDark]);

  function stop(reached: TerminalEnd): void {
    socket.current = undefined;
    screen.current?.setOpen(false);
    screen.current?.note(reached.reason);
    setEnd(reached);
    setState('ended');
    latest.current.onEnd(reached);
  }

  function connect(instanceId: string): void {
    const shown = screen.current;
    if (shown === undefined || socket.current !== undefined) return;
    shown.reset();
    setState('connecting');
    socket.current = openTerminalSocket({
      serviceId: options.serviceId,
      instanceId,
      size: shown.size,
      onOpen() {
        shown.setOpen(true);
        setState('open');
        shown.focus();
      },
      onBytes: (bytes) => shown.show(bytes),
      onEnd: stop,
    });
  }

  return {
    place,
    state,
    end,
    hasSelection,
    connect,
    disconnect() {
      socket.current?.close();
      stop({ kind: 'closed', reason: 'You have closed the terminal.' });
    },
    copySelection,
    setReaderMode: (isOn) => screen.current?.setReaderMode(isOn),
  };
}
