import { eachItem, type Schemas, unwrap } from '@davit/api';
import { createOrExplain, unlessGone } from '../explain-error.ts';
import type { CallContext, ResourceType, Values } from '../resource-type.ts';
import { bodyField } from '../schema/api-schema.ts';

const describe = ({ environments }: Pick<Schemas['Project'], 'environments'>): Values => ({
  defaultEnvironmentId: environments[0]?.id ?? '',
});

const inputsOf = ({ name, description }: Pick<Schemas['Project'], 'name' | 'description'>): Values => ({
  name,
  description,
});

/** The project of this name, by its first environment. */
export async function findProject({ api, signal }: CallContext, name: string): Promise<Schemas['Project'] | undefined> {
  const pages = (cursor: string | undefined) =>
    unwrap(
      api.GET('/v1/projects', {
        params: { query: { limit: 200, ...(cursor === undefined ? {} : { cursor }) } },
        signal,
      }),
    );
  for await (const project of eachItem(pages)) if (project.name === name) return project;
  return undefined;
}

export const project: ResourceType = {
  name: 'Project',
  description:
    'A project: what belongs together, in one or several environments. It comes with the environment `production`.',
  inputs: {
    name: {
      ...bodyField('createProject', 'name'),
      description: 'In lower case, of digits and dashes; unique in the organization.',
    },
    description: { ...bodyField('createProject', 'description'), description: 'For people.' },
  },
  required: [],
  outputs: {
    defaultEnvironmentId: {
      type: 'string',
      description: 'Of the environment that came with it, or the oldest that is left.',
    },
  },
  secrets: [],
  replaces: [],
  changing: [],

  async create(context, { name, description = '' }) {
    const { api, signal, creationKey, urn } = context;
    const body = { name: String(name), description: String(description), creationKey };
    const made = await createOrExplain(
      unwrap(api.POST('/v1/projects', { body, signal })),
      'Project',
      urn,
      async () => (await findProject(context, body.name))?.id,
    );
    return { id: made.id, outputs: describe(made) };
  },

  async read({ api, signal }, id) {
    const found = await unlessGone(unwrap(api.GET('/v1/projects/{id}', { params: { path: { id } }, signal })));
    return found && { inputs: inputsOf(found), outputs: describe(found) };
  },

  async update({ api, signal }, id, _olds, { name, description = '' }) {
    const body = { name: String(name), description: String(description) };
    return describe(await unwrap(api.PATCH('/v1/projects/{id}', { params: { path: { id } }, body, signal })));
  },

  async delete({ api, signal }, id) {
    await unlessGone(unwrap(api.DELETE('/v1/projects/{id}', { params: { path: { id } }, signal })));
  },
};
