import type { FunctionType } from '../resource-type.ts';
import { findProject } from './project.ts';

export const getProject: FunctionType = {
  name: 'getProject',
  description: 'A project that is there, by its name.',
  inputs: { name: { type: 'string', description: 'Of the project.' } },
  required: ['name'],
  outputs: {
    id: { type: 'string', description: 'What services and environments name it by.' },
    name: { type: 'string' },
    description: { type: 'string' },
    defaultEnvironmentId: { type: 'string', description: 'Of its oldest environment.' },
  },
  async invoke(context, { name }) {
    const found = await findProject(context, String(name));
    if (found === undefined) {
      throw new Error(
        `There is no project "${String(name)}". Make it first, with davit.Project or \`davit project create ${String(name)}\`.`,
      );
    }
    const { id, description, environments } = found;
    return { id, name: found.name, description, defaultEnvironmentId: environments[0]?.id ?? '' };
  },
};
