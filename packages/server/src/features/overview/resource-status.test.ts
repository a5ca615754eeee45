import { describe, expect, test } from 'vitest';
import { judgeResource, type ResourceFacts } from './resource-status.ts';

const update = (operation: string, state: string, reason: string | null = null) => ({
  id: 'stu_1',
  operation,
  state,
  reason,
  currentStep: null,
  createdAt: '',
  finishedAt: null,
});

const judge = (facts: Partial<ResourceFacts>) =>
  judgeResource({
    deleting: false,
    open: null,
    outcome: null,
    resources: null,
    pending: null,
    drifted: null,
    ...facts,
  });

describe('a cloud resource is', () => {
  test('not deployed before its first update, after it was destroyed, and while its stack has nothing', () => {
    expect(judge({})).toEqual(['empty', null]);
    expect(judge({ outcome: update('destroy', 'succeeded'), resources: 0 })[0]).toBe('empty');
    expect(judge({ outcome: update('refresh', 'succeeded'), resources: 0 })[0]).toBe('empty');
  });

  test('what is under way, whatever was before', () => {
    const failed = { outcome: update('deploy', 'failed', 'no'), resources: 2 };
    expect(judge({ ...failed, open: update('deploy', 'queued') })[0]).toBe('queued');
    expect(judge({ ...failed, open: update('refresh', 'running') })[0]).toBe('updating');
    expect(judge({ ...failed, open: update('deploy', 'waiting') })[0]).toBe('waiting_for_approval');
    expect(judge({ ...failed, open: update('delete', 'running'), deleting: true })[0]).toBe('deleting');
  });

  test('as its last update has left it, with the reason', () => {
    expect(judge({ outcome: update('deploy', 'succeeded'), resources: 3 })).toEqual(['deployed', null]);
    expect(judge({ outcome: update('deploy', 'failed', 'the key is wrong'), resources: 3 })).toEqual([
      'failed',
      'the key is wrong.',
    ]);
    const found = { outcome: update('deploy', 'succeeded'), resources: 3, drifted: 2 };
    expect(judge(found)).toEqual([
      'drifted',
      '2 resources are not as davit left them: somebody else has changed or deleted something.',
    ]);
    expect(judge({ ...found, open: update('refresh', 'running') })[0]).toBe('updating');
    expect(judge({ ...found, outcome: update('deploy', 'failed', 'no') })[0]).toBe('failed');
    expect(judge({ outcome: update('delete', 'failed', 'in use.'), resources: 3 })).toEqual([
      'failed',
      'It was not deleted: in use.',
    ]);
    expect(judge({ outcome: update('deploy', 'canceled'), resources: 3, pending: 2 })).toEqual([
      'canceled',
      '2 operations were cut short: refresh it to see what is there.',
    ]);
  });
});
