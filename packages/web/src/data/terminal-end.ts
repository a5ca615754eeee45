/** Why a terminal is over. */
export interface TerminalEnd {
  readonly kind: 'exited' | 'refused' | 'away' | 'not-opened' | 'closed';
  /** Sentences for the user: what happened, and what to do where that is not plain. */
  readonly reason: string;
}

/** What is known of a connection when it has ended. */
export interface TerminalClose {
  /** Of the WebSocket (RFC 6455, 7.4); 4403 is davit's: the session or the role does not allow it any more. */
  readonly code: number;
  readonly reason: string;
  readonly wasOpen: boolean;
  /** What the server said in its last message; undefined when the connection ended before. */
  readonly exit: TerminalExit | undefined;
}

export interface TerminalExit {
  readonly code: number | null;
  readonly reason: string;
}

const NOT_ALLOWED = 4403;
const RESTARTING = 1012;
/** The browser's own code for a connection that was cut, or was never one. */
const CUT = 1006;

/** Reads the server's text message; undefined when it is none that this page knows. */
export function parseTerminalExit(text: string): TerminalExit | undefined {
  try {
    const { type, code, reason } = JSON.parse(text) as Record<string, unknown>;
    if (type !== 'exit' || typeof reason !== 'string') return undefined;
    return { code: typeof code === 'number' ? code : null, reason };
  } catch {
    return undefined;
  }
}

/** Puts the end of a terminal into words. */
export function terminalEndOf({ code, reason, wasOpen, exit }: TerminalClose): TerminalEnd {
  if (exit !== undefined) {
    const status = exit.code === null || exit.code === 0 ? '' : ` Its exit code is ${exit.code}.`;
    return { kind: 'exited', reason: `${exit.reason}${status}` };
  }
  if (code === NOT_ALLOWED) return { kind: 'refused', reason };
  if (code === RESTARTING)
    return { kind: 'away', reason: 'davit is stopping or starting again, which ends the shell.' };
  if (!wasOpen) {
    return {
      kind: 'not-opened',
      reason: 'The terminal was not opened. The instance may have ended a moment ago, or have ten terminals already.',
    };
  }
  if (code === CUT) return { kind: 'away', reason: 'The connection to davit was lost, which ends the shell.' };
  return { kind: 'closed', reason: reason === '' ? 'The terminal was closed.' : reason };
}
