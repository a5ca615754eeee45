import { unwrap } from '@davit/api';
import { unlessGoing, unlessGone } from '../explain-error.ts';
import type { CallContext, ResourceType, Values } from '../resource-type.ts';
import { bodyField } from '../schema/api-schema.ts';

/** Whose a variable is, and its name: `svc_…/NAME` or `env_…/NAME`. */
function parseId(id: string): {
  path: '/v1/services/{id}/env' | '/v1/environments/{id}/env';
  owner: string;
  key: string;
} {
  const [, owner = '', key = ''] = /^((?:svc|env)_[^/]+)\/(.+)$/.exec(id) ?? [];
  if (owner === '') throw new Error('A variable is imported as SERVICE_ID/NAME or ENVIRONMENT_ID/NAME.');
  return { path: owner.startsWith('svc_') ? '/v1/services/{id}/env' : '/v1/environments/{id}/env', owner, key };
}

async function findVariable({ api, signal }: CallContext, id: string) {
  const { path, owner, key } = parseId(id);
  const list = await unlessGone(unwrap(api.GET(path, { params: { path: { id: owner } }, signal })));
  return list?.items.find(({ name }) => name === key);
}

/** Recorded in davit's audit log, as every reveal is. */
async function reveal({ api, signal }: CallContext, id: string): Promise<string> {
  const { path, owner, key } = parseId(id);
  const answer = api.POST(`${path}/{key}/reveal`, { params: { path: { id: owner, key } }, signal });
  return (await unwrap(answer)).value;
}

async function set({ api, signal }: CallContext, id: string, value: string): Promise<Values> {
  const { path, owner, key } = parseId(id);
  const saved = await unwrap(api.POST(path, { params: { path: { id: owner } }, body: { name: key, value }, signal }));
  return { updatedAt: saved.updatedAt };
}

export const variable: ResourceType = {
  name: 'Variable',
  description:
    'A variable of a service, or one that all services of an environment share. It takes effect with the next deployment; the variables that a `Service` needs at once belong into its `variables`.',
  inputs: {
    serviceId: { type: 'string', description: 'Whose it is; this or environmentId.' },
    environmentId: { type: 'string', description: 'Of an environment whose services share it; this or serviceId.' },
    name: { ...bodyField('setVariable', 'name'), description: 'As the program reads it.' },
    value: {
      ...bodyField('setVariable', 'value'),
      description: 'A text of at most 64 KiB; may refer to others: `${{api.URL}}`.',
    },
  },
  required: ['value'],
  outputs: { updatedAt: { type: 'string', description: 'When its value was changed last.' } },
  secrets: ['value'],
  replaces: ['serviceId', 'environmentId', 'name'],
  changing: ['updatedAt'],

  check({ serviceId, environmentId }) {
    if ((serviceId === undefined) !== (environmentId === undefined)) return [];
    return [{ property: 'serviceId', reason: 'either serviceId or environmentId, and not both' }];
  },

  async create(context, { serviceId, environmentId, name, value }) {
    const id = `${String(serviceId ?? environmentId)}/${String(name)}`;
    // Where a creation was cut short, the variable is there with the value that is wanted: that is no other's.
    if ((await findVariable(context, id)) !== undefined && (await reveal(context, id)) !== value) {
      const resource = context.urn.slice(context.urn.lastIndexOf('::') + 2);
      throw new Error(
        `There is a variable ${String(name)} already, with another value. Remove it, or take it over: pulumi import davit:index:Variable ${resource} ${id}`,
      );
    }
    return { id, outputs: await set(context, id, String(value)) };
  },

  async read(context, id, inputs, state) {
    const found = await findVariable(context, id);
    if (found === undefined) return undefined;
    const { owner, key } = parseId(id);
    const { updatedAt } = found;
    // A value that nobody has changed since need not be revealed again.
    const value =
      inputs !== undefined && state['updatedAt'] === updatedAt ? inputs['value'] : await reveal(context, id);
    const whose = owner.startsWith('svc_') ? { serviceId: owner } : { environmentId: owner };
    return { inputs: { ...whose, name: key, value }, outputs: { updatedAt } };
  },

  update: (context, id, _olds, { value }) => set(context, id, String(value)),

  async delete({ api, signal }, id) {
    const { path, owner, key } = parseId(id);
    await unlessGoing(unwrap(api.DELETE(`${path}/{key}`, { params: { path: { id: owner, key } }, signal })));
  },
};
