import type { StackEvent, StackResource } from '../../data/stack-progress.ts';
import { durationText } from '../../ui/time-text.ts';

interface Words {
  sign: string;
  doing: string;
  done: string;
  would: string;
  tone: 'neutral' | 'success' | 'warning' | 'danger';
}

const neutral = { sign: '', tone: 'neutral' } as const;
const known: Readonly<Record<string, Words>> = {
  create: { sign: '+', doing: 'creating', done: 'created', would: 'to create', tone: 'success' },
  'create-replacement': {
    sign: '+',
    doing: 'creating its replacement',
    done: 'replacement created',
    would: 'to create anew',
    tone: 'warning',
  },
  update: { sign: '~', doing: 'updating', done: 'updated', would: 'to update', tone: 'warning' },
  replace: { sign: '±', doing: 'replacing', done: 'replaced', would: 'to replace', tone: 'warning' },
  delete: { sign: '−', doing: 'deleting', done: 'deleted', would: 'to delete', tone: 'danger' },
  'delete-replaced': {
    sign: '−',
    doing: 'deleting the replaced one',
    done: 'replaced one deleted',
    would: 'to delete after its replacement',
    tone: 'danger',
  },
  same: { ...neutral, doing: 'comparing', done: 'unchanged', would: 'unchanged' },
  read: { ...neutral, doing: 'reading', done: 'read', would: 'to read' },
  refresh: { ...neutral, doing: 'looking', done: 'looked at', would: 'to look at' },
  import: { sign: '=', doing: 'importing', done: 'imported', would: 'to import', tone: 'success' },
};

function wordsOf(operation: string): Words {
  return known[operation] ?? { ...neutral, doing: operation, done: operation, would: operation };
}

/** The sign and tone of an operation; the sign is said in words beside it. */
export function operationLook(operation: string): Pick<Words, 'sign' | 'tone'> {
  return wordsOf(operation);
}

/** What is done, or was, or would be, to a resource. */
export function resourceText(
  { operation, state }: Pick<StackResource, 'operation' | 'state'>,
  { isLive, isOnlyLooking }: { isLive: boolean; isOnlyLooking: boolean },
): string {
  const { doing, done, would } = wordsOf(operation);
  if (state === 'failed') return `${doing} failed`;
  if (state === 'succeeded') return isOnlyLooking ? would : done;
  return isLive ? doing : `was ${doing} when it ended`;
}

/** The changes of an update, most weighty first: what stays the same comes last. */
export function listChanges(changes: Readonly<Record<string, number>>): { operation: string; count: number }[] {
  const order = Object.keys(known);
  const rank = (operation: string): number =>
    operation === 'same' ? order.length + 1 : order.includes(operation) ? order.indexOf(operation) : order.length;
  return Object.entries(changes)
    .filter(([, count]) => count > 0)
    .map(([operation, count]) => ({ operation, count }))
    .toSorted((one, other) => rank(one.operation) - rank(other.operation));
}

/** `3 created`, or of what only looks `3 to create`. */
export function changeText(operation: string, count: number, isOnlyLooking: boolean): string {
  const { done, would } = wordsOf(operation);
  return `${count} ${isOnlyLooking ? would : done}`;
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

/** An event in one line of the output. */
export function eventText(event: StackEvent, name: string): string {
  switch (event.type) {
    case 'resource': {
      const took = event.durationMs === null ? '' : ` in ${durationText(event.durationMs)}`;
      return `${name}: ${resourceText(event, { isLive: true, isOnlyLooking: false })}${took}`;
    }
    case 'diagnostic':
      return `${event.severity}: ${name === '' ? '' : `${name}: `}${firstLine(event.message)}`;
    case 'download':
      return `${event.message}${event.done ? ': done' : event.total > 0 ? `: ${percentText(event)}` : ''}`;
    default: {
      const changes = listChanges(event.changes).map(({ operation, count }) => `${count} ${operation}`);
      return `${changes.join(', ') || 'no resources'} in ${durationText(event.durationMs)}`;
    }
  }
}

/** How much of something has come: "40 %". */
export function percentText({ received, total }: { received: number; total: number }): string {
  return `${Math.floor((Math.min(received, total) / total) * 100)} %`;
}
