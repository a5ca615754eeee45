import { expect, test } from 'vitest';
import { createEventHub, type EventHub, type HubEvent } from './event-hub.ts';

/** Follows a topic as a reader that takes one event at a time. */
function follow(hub: EventHub, topic: string, lastEventId?: string) {
  const stop = new AbortController();
  const events = hub.follow(topic, lastEventId, stop.signal);
  return {
    async next(): Promise<HubEvent> {
      const { value } = await events.next();
      if (value === undefined) throw new Error('the stream has ended');
      return value;
    },
    async leave(): Promise<boolean> {
      const last = events.next();
      stop.abort();
      return (await last).done === true;
    },
  };
}

const dataOf = (event: HubEvent) => (event.event === 'changed' ? event.data : event.event);

test('a reader is told first that it is ready, then of its own topic alone, in order', async () => {
  const hub = createEventHub();
  const reader = follow(hub, 'shop');
  expect(await reader.next()).toMatchObject({ event: 'ready' });
  hub.publish('shop', 1);
  hub.publish('blog', 2);
  hub.publish('shop', 3);
  expect([dataOf(await reader.next()), dataOf(await reader.next())]).toEqual([1, 3]);
  const waiting = reader.next();
  hub.publish('shop', 4);
  expect(dataOf(await waiting)).toBe(4);
});

test('a reader that comes back misses nothing, not even what came while nobody read', async () => {
  const hub = createEventHub();
  const first = follow(hub, 'shop');
  await first.next();
  hub.publish('shop', 1);
  const { id } = await first.next();
  expect(await first.leave()).toBe(true);
  hub.publish('shop', 2);
  hub.publish('shop', 3);
  const again = follow(hub, 'shop', id);
  expect(await again.next()).toEqual({ id, event: 'ready' });
  expect([dataOf(await again.next()), dataOf(await again.next())]).toEqual([2, 3]);
});

test('a reader that was ready and left before any event goes on from there', async () => {
  const hub = createEventHub();
  const { id } = await follow(hub, 'shop').next();
  hub.publish('shop', 1);
  const again = follow(hub, 'shop', id);
  await again.next();
  expect(dataOf(await again.next())).toBe(1);
});

test.each([
  ['of another server process', '0123456789ab-0'],
  ['that was never given', 'nonsense'],
])('an id %s is answered with a reset, after which it goes on', async (_, id) => {
  const hub = createEventHub();
  hub.publish('shop', 1);
  const reader = follow(hub, 'shop', id);
  expect([(await reader.next()).event, (await reader.next()).event]).toEqual(['ready', 'reset']);
  hub.publish('shop', 2);
  expect(dataOf(await reader.next())).toBe(2);
});

test('an id of this process that is yet to come is answered with a reset', async () => {
  const hub = createEventHub();
  const { id } = await follow(hub, 'shop').next();
  const reader = follow(hub, 'shop', id.replace(/\d+$/, '99'));
  expect([(await reader.next()).event, (await reader.next()).event]).toEqual(['ready', 'reset']);
});

test('when more happened than is kept, a reader is told to look at everything again', async () => {
  const hub = createEventHub({ capacity: 10 });
  const slow = follow(hub, 'shop');
  const { id } = await slow.next();
  for (let turn = 0; turn < 50; turn++) hub.publish('shop', turn);
  expect((await slow.next()).event).toBe('reset');
  const late = follow(hub, 'shop', id);
  expect([(await late.next()).event, (await late.next()).event]).toEqual(['ready', 'reset']);
  hub.publish('shop', 'new');
  expect([dataOf(await slow.next()), dataOf(await late.next())]).toEqual(['new', 'new']);
});

test('a reset reaches those who read and those who come back later', async () => {
  const hub = createEventHub();
  const reader = follow(hub, 'shop');
  const { id } = await reader.next();
  const waiting = reader.next();
  hub.reset();
  expect((await waiting).event).toBe('reset');
  const late = follow(hub, 'shop', id);
  expect([(await late.next()).event, (await late.next()).event]).toEqual(['ready', 'reset']);
});

test('what comes after a reset is told of after it', async () => {
  const hub = createEventHub();
  const reader = follow(hub, 'shop');
  await reader.next();
  hub.publish('shop', 'before');
  hub.reset();
  const reset = await reader.next();
  expect(reset.event).toBe('reset');
  hub.publish('shop', 'after');
  expect(dataOf(await reader.next())).toBe('after');
  const again = follow(hub, 'shop', reset.id);
  await again.next();
  expect(dataOf(await again.next())).toBe('after');
});
