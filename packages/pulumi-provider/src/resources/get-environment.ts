import type { FunctionType } from '../resource-type.ts';
import { listEnvironments } from './environment.ts';

export const getEnvironment: FunctionType = {
  name: 'getEnvironment',
  description: 'An environment of a project that is there, by its name.',
  inputs: {
    projectId: { type: 'string', description: 'Of the project.' },
    name: { type: 'string', description: 'Of the environment, such as `production`.' },
  },
  required: ['projectId', 'name'],
  outputs: {
    id: { type: 'string', description: 'What services name it by.' },
    projectId: { type: 'string' },
    name: { type: 'string' },
    kind: { type: 'string' },
  },
  async invoke(context, { projectId, name }) {
    const there = (await listEnvironments(context, String(projectId))) ?? [];
    const found = there.find((each) => each.name === name);
    if (found !== undefined) return { id: found.id, projectId: found.projectId, name: found.name, kind: found.kind };
    const names = there.map((each) => each.name).join(', ');
    throw new Error(`The project has no environment "${String(name)}"; it has: ${names || 'none'}.`);
  },
};
