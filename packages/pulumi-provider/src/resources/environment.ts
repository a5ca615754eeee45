import { type Schemas, unwrap } from '@davit/api';
import { createOrExplain, unlessGone } from '../explain-error.ts';
import type { CallContext, ResourceType } from '../resource-type.ts';
import { bodyField } from '../schema/api-schema.ts';

/** The environments of a project; undefined when the project is gone. */
export async function listEnvironments(
  { api, signal }: CallContext,
  id: string,
): Promise<Schemas['Environment'][] | undefined> {
  const path = { id };
  return (await unlessGone(unwrap(api.GET('/v1/projects/{id}/environments', { params: { path }, signal }))))?.items;
}

/** davit has no route to an environment by its id alone: an id here is `PROJECT/ENVIRONMENT`, or that of the environment in a known project. */
function addressOf(id: string, projectId: unknown): { id: string; environmentId: string } {
  const [first = '', second] = id.split('/');
  if (second !== undefined) return { id: first, environmentId: second };
  if (typeof projectId === 'string') return { id: projectId, environmentId: first };
  throw new Error('An environment is imported as PROJECT_ID/ENVIRONMENT_ID.');
}

export const environment: ResourceType = {
  name: 'Environment',
  description: 'An environment of a project. `production` is there already: it comes with the project.',
  inputs: {
    projectId: { type: 'string', description: 'Of the project.' },
    name: {
      ...bodyField('createEnvironment', 'name'),
      description: 'In lower case, of digits and dashes; unique in the project.',
    },
    kind: { ...bodyField('createEnvironment', 'kind'), description: 'What it is for.' },
  },
  required: ['projectId'],
  outputs: { environmentId: { type: 'string', description: 'What services name it by.' } },
  secrets: [],
  replaces: ['projectId', 'kind'],
  changing: [],

  async create(context, { projectId, name, kind = 'staging' }) {
    const { api, signal, creationKey, urn } = context;
    const path = { id: String(projectId) };
    const body = { name: String(name), kind: kind as Schemas['Environment']['kind'], creationKey };
    const create = unwrap(api.POST('/v1/projects/{id}/environments', { params: { path }, body, signal }));
    const made = await createOrExplain(create, 'Environment', urn, async () => {
      const found = (await listEnvironments(context, path.id))?.find((each) => each.name === body.name);
      return found && `${path.id}/${found.id}`;
    });
    return { id: `${made.projectId}/${made.id}`, outputs: { environmentId: made.id } };
  },

  async read(context, id, inputs) {
    const { id: projectId, environmentId } = addressOf(id, inputs?.['projectId']);
    const found = (await listEnvironments(context, projectId))?.find((each) => each.id === environmentId);
    if (found === undefined) return undefined;
    return { inputs: { projectId, name: found.name, kind: found.kind }, outputs: { environmentId } };
  },

  async update({ api, signal }, id, _olds, { projectId, name }) {
    const path = addressOf(id, projectId);
    const body = { name: String(name) };
    await unwrap(api.PATCH('/v1/projects/{id}/environments/{environmentId}', { params: { path }, body, signal }));
    return { environmentId: path.environmentId };
  },

  async delete({ api, signal }, id) {
    const path = addressOf(id, undefined);
    await unlessGone(
      unwrap(api.DELETE('/v1/projects/{id}/environments/{environmentId}', { params: { path }, signal })),
    );
  },
};
