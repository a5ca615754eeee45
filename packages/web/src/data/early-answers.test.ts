import { expect, test } from 'vitest';
import { askEarly, takeEarly } from './early-answers.ts';

test('what was asked for early is taken once', async () => {
  const asked: unknown[] = [];
  askEarly('/v1/one', async (path) => {
    asked.push(path);
    return new Response('yes');
  });
  expect(await (await takeEarly('/v1/one'))?.text()).toBe('yes');
  expect(await takeEarly('/v1/one')).toBeUndefined();
  expect(asked).toEqual(['/v1/one']);
});

test('a refusal and a failure are nothing, so that they are asked for in the usual way', async () => {
  askEarly('/v1/refused', async () => new Response('', { status: 401 }));
  askEarly('/v1/away', async () => {
    throw new TypeError('Failed to fetch');
  });
  expect(await takeEarly('/v1/refused')).toBeUndefined();
  expect(await takeEarly('/v1/away')).toBeUndefined();
});
