import { expect, test } from 'vitest';
import { actionText, detailLines } from './audit-words.ts';

test('an action is told in words, also one that this page does not know', () => {
  expect(actionText('member.change_role')).toBe('Changed a role');
  expect(actionText('project.create')).toBe('Create project');
  expect(actionText('cloud_resource.deploy')).toBe('Deploy cloud resource');
});

test('details are names and values; what has none is left out', () => {
  expect(detailLines({ from: 'viewer', status: 201, left: true, parts: { key: 'A' }, id: null })).toEqual([
    { name: 'from', value: 'viewer' },
    { name: 'left', value: 'true' },
    { name: 'parts', value: '{"key":"A"}' },
    { name: 'status', value: '201' },
  ]);
});
