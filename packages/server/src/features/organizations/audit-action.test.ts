import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { auditActionOf } from './audit-action.ts';

interface Document {
  paths: Record<string, Record<string, { operationId: string }>>;
}
const api = JSON.parse(readFileSync(new URL('../../../../api/openapi.json', import.meta.url), 'utf8')) as Document;
const operationIds = Object.values(api.paths).flatMap((path) =>
  Object.values(path).map(({ operationId }) => operationId),
);

test.each([
  ['createProject', 'project.create'],
  ['setVariable', 'variable.set'],
  ['replaceVariables', 'variable.replace'],
  ['replaceSharedVariables', 'shared_variable.replace'],
  ['approveStackUpdate', 'stack_update.approve'],
  ['applyCloudResources', 'cloud_resource.apply'],
  ['applyCloudResource', 'cloud_resource.apply'],
  ['createApiToken', 'api_token.create'],
  ['resetCanvas', 'canvas.reset'],
  ['login', 'auth.login'],
  ['updateMember', 'member.change_role'],
])('%s is %s to the audit log', (operationId, action) => {
  expect(auditActionOf(operationId)).toBe(action);
});

test('every operation of the API is a noun and a verb', () => {
  const isNamed = (action: string) => /^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$/.test(action);
  expect(operationIds.length).toBeGreaterThan(100);
  const strange = operationIds.filter((id) => !isNamed(auditActionOf(id)));
  expect(strange).toEqual([]);
});
