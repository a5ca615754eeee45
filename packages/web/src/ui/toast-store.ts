/** One message in the corner. */
export interface ToastMessage {
  id: string;
  tone: 'neutral' | 'success' | 'warning' | 'danger' | 'info';
  title: string;
  description?: string;
  /** Shown copyable, for whoever has to look it up in the server's log. */
  requestId?: string;
  /** One thing to do about it (Undo, Retry). Closes the message. */
  action?: { label: string; onSelect: () => void };
  /** Milliseconds until it goes by itself; `null` stays until it is closed. */
  duration: number | null;
}

export type ToastInput = Omit<ToastMessage, 'id' | 'duration' | 'tone'> &
  Partial<Pick<ToastMessage, 'id' | 'duration' | 'tone'>>;

export interface ToastStore {
  /** Shows a message, or replaces the one with the same id. Errors and messages with an action stay longer. Returns the id. */
  show: (input: ToastInput) => string;
  dismiss: (id: string) => void;
  snapshot: () => readonly ToastMessage[];
  subscribe: (listener: () => void) => () => void;
}

const LIMIT = 4;

/** Failures stay until closed: what went wrong must not vanish while one looks elsewhere. */
function defaultDuration(input: ToastInput): number | null {
  if (input.tone === 'danger') return null;
  return input.action === undefined ? 5_000 : 10_000;
}

/** A list of messages that anything may add to; the Toaster shows it. At most four are kept, the oldest goes first. */
export function createToastStore(): ToastStore {
  let messages: readonly ToastMessage[] = [];
  let count = 0;
  const listeners = new Set<() => void>();
  const set = (next: readonly ToastMessage[]): void => {
    messages = next;
    for (const listener of listeners) listener();
  };
  return {
    show(input) {
      count += 1;
      const id = input.id ?? `toast-${count}`;
      const message: ToastMessage = { tone: 'neutral', duration: defaultDuration(input), ...input, id };
      const known = messages.some((other) => other.id === id);
      set(known ? messages.map((other) => (other.id === id ? message : other)) : [...messages, message].slice(-LIMIT));
      return id;
    },
    dismiss: (id) => set(messages.filter((message) => message.id !== id)),
    snapshot: () => messages,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The messages of this page. */
export const toasts: ToastStore = createToastStore();
