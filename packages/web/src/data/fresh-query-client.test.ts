import { QueryObserver } from '@tanstack/react-query';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FreshQueryClient } from './fresh-query-client.ts';

/** A query that somebody looks at, whose answers the test gives. */
function askedQuery() {
  const client = new FreshQueryClient({ defaultOptions: { queries: { retry: false } } });
  const asked: PromiseWithResolvers<string>[] = [];
  const queryFn = () => {
    const answer = Promise.withResolvers<string>();
    asked.push(answer);
    return answer.promise;
  };
  const observer = new QueryObserver(client, { queryKey: ['list', {}], queryFn });
  onTestFinished(observer.subscribe(() => undefined));
  return { client, asked, shown: () => observer.getCurrentResult().data };
}

test('what is changed while a list is asked for the first time is in it', async () => {
  const { client, asked, shown } = askedQuery();
  void client.invalidateQueries({ queryKey: ['list'] });
  void client.invalidateQueries({ queryKey: ['list'] });
  expect(asked).toHaveLength(1);
  asked[0]?.resolve('before');
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  asked[1]?.resolve('after');
  await vi.waitFor(() => expect(shown()).toBe('after'));
  expect(asked).toHaveLength(2);
});

test('a first answer that was never doubted is not asked for again', async () => {
  const { client, asked, shown } = askedQuery();
  void client.invalidateQueries({ queryKey: ['something else'] });
  asked[0]?.resolve('only');
  await vi.waitFor(() => expect(shown()).toBe('only'));
  expect(asked).toHaveLength(1);
});

test('a first answer that does not come is not waited for again', async () => {
  const { client, asked } = askedQuery();
  const invalidated = client.invalidateQueries({ queryKey: ['list'] });
  asked[0]?.reject(new Error('refused'));
  await invalidated;
  expect(asked).toHaveLength(1);
  void client.invalidateQueries({ queryKey: ['list'] });
  await vi.waitFor(() => expect(asked).toHaveLength(2));
});
