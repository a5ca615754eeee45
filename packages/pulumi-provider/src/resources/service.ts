import { isDeepStrictEqual } from 'node:util';
import { type Schemas, unwrap } from '@davit/api';
import { createOrExplain, explainError, unlessGone } from '../explain-error.ts';
import { type CallContext, IncompleteError, type ResourceType, type Values } from '../resource-type.ts';
import { apiSchema, bodyField } from '../schema/api-schema.ts';
import { withDefaults, withoutDefaults, writable } from '../schema/json-schema.ts';
import { serviceSettings as settingsSchema } from '../schema/service-settings.ts';
import { deleteService } from './service-deletion.ts';
import { deploy } from './service-deployment.ts';
import { readVariables, setVariables, timesOf, type VariableTimes, variablesOf } from './service-variables.ts';

type Service = Schemas['Service'];

const sourceSchema = writable(apiSchema('ServiceSource'));

const sourceOf = ({ source }: Values) => withDefaults(sourceSchema, source ?? { type: 'upload' }) as Service['source'];
const settingsOf = ({ settings }: Values) => withDefaults(settingsSchema, settings ?? {}) as Service['settings'];
const credentialOf = ({ sourceCredential }: Values) =>
  (sourceCredential ?? null) as NonNullable<Parameters<typeof setSource>[3]> | null;

/** A service that is fed by uploads has nothing to deploy until somebody uploads. */
const deploys = (inputs: Values): boolean =>
  (inputs['deploy'] as boolean | undefined) ?? sourceOf(inputs).type === 'git';

async function findService({ api, signal }: CallContext, id: string): Promise<Service | undefined> {
  const found = await unlessGone(unwrap(api.GET('/v1/services/{id}', { params: { path: { id } }, signal })));
  return found?.desiredState === 'deleted' ? undefined : found;
}

async function findByName({ api, signal }: CallContext, inputs: Values): Promise<string | undefined> {
  const path = { id: String(inputs['projectId']) };
  const query = { environmentId: String(inputs['environmentId']), name: String(inputs['name']) };
  const { items } = await unwrap(api.GET('/v1/projects/{id}/services', { params: { path, query }, signal }));
  return items[0]?.id;
}

type SourceCredential =
  | { kind: 'token'; token: string; username?: string }
  | { kind: 'deploy-key'; privateKey: string };

/** Makes the service what the inputs say. */
async function setSource(
  { api, signal }: CallContext,
  id: string,
  inputs: Values,
  sourceCredential: SourceCredential | null | undefined,
): Promise<Service> {
  const body = {
    name: String(inputs['name']),
    source: sourceOf(inputs),
    settings: settingsOf(inputs),
    ...(sourceCredential === undefined ? {} : { sourceCredential }),
  };
  return await unwrap(api.PATCH('/v1/services/{id}', { params: { path: { id } }, body, signal }));
}

/** Deploys where the inputs say so. @throws IncompleteError: the service is there all the same */
async function bringIntoService(
  context: CallContext,
  service: Service,
  inputs: Values,
  variableTimes: VariableTimes,
): Promise<Values> {
  const outputs = { url: service.url ?? '', deploymentId: '', variableTimes };
  if (!deploys(inputs)) return outputs;
  const { deploymentId, failure } = await deploy(context, service.id);
  const told = { ...outputs, deploymentId };
  if (failure !== undefined) throw new IncompleteError(failure, { id: service.id, outputs: told });
  return told;
}

/** Whether an update has anything to deploy: a new name alone changes nothing of what runs. */
function needsDeployment(olds: Values, news: Values, state: Values): boolean {
  const runs = (inputs: Values) => ({ ...inputs, name: '', source: sourceOf(inputs), settings: settingsOf(inputs) });
  return !state['deploymentId'] || !isDeepStrictEqual(runs(olds), runs(news));
}

export const service: ResourceType = {
  name: 'Service',
  description:
    'A service: source code that davit builds and runs. With a Git source it is deployed when it is created and changed, and the update ends with the deployment, or fails with its cause.',
  inputs: {
    projectId: { type: 'string', description: 'Of the project.' },
    environmentId: { type: 'string', description: 'Of the environment, such as the project’s `defaultEnvironmentId`.' },
    name: {
      ...bodyField('createService', 'name'),
      description: 'In lower case, of digits and dashes; unique in the environment. Part of its address.',
    },
    kind: {
      ...bodyField('createService', 'kind'),
      description: 'What it is: with an address, without one, or by the clock.',
    },
    source: { ...sourceSchema, default: { type: 'upload', rootFolder: '' }, description: 'Where its code comes from.' },
    sourceCredential: {
      ...bodyField('createService', 'sourceCredential'),
      description: 'How a private repository lets davit in.',
    },
    settings: {
      ...settingsSchema,
      default: withDefaults(settingsSchema, {}),
      description: 'What is left out has its default.',
    },
    variables: {
      type: 'object',
      additionalProperties: bodyField('setVariable', 'value'),
      default: {},
      description: 'Set before the first deployment. Others that the service has stay as they are.',
    },
    deploy: { type: 'boolean', description: 'Whether a change is deployed and waited for; true for a Git source.' },
    triggers: {
      type: 'object',
      additionalProperties: { type: 'string' },
      default: {},
      description: 'Any values, such as a commit: when one changes, the service is deployed again.',
    },
  },
  required: ['projectId', 'environmentId'],
  outputs: {
    url: { type: 'string', description: 'Where it answers; empty for one without a port.' },
    deploymentId: { type: 'string', description: 'Of the deployment that the last change made; empty where none did.' },
    variableTimes: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'When each of `variables` was changed last: what a refresh sees by that somebody changed one.',
    },
  },
  secrets: ['sourceCredential', 'variables'],
  replaces: ['projectId', 'environmentId', 'kind'],
  changing: ['deploymentId', 'variableTimes'],

  async create(context, inputs) {
    const { api, signal, creationKey, urn } = context;
    const credential = credentialOf(inputs);
    const create = unwrap(
      api.POST('/v1/projects/{id}/services', {
        params: { path: { id: String(inputs['projectId']) } },
        body: {
          name: String(inputs['name']),
          kind: (inputs['kind'] ?? 'web') as Service['kind'],
          environmentId: String(inputs['environmentId']),
          source: sourceOf(inputs),
          settings: settingsOf(inputs),
          ...(credential === null ? {} : { sourceCredential: credential }),
          creationKey,
        },
        signal,
      }),
    );
    const made = await createOrExplain(create, 'Service', urn, () => findByName(context, inputs));
    const id = made.id;
    let times: VariableTimes = {};
    try {
      // One that a creation made which was cut short may be of other inputs.
      const current = await setSource(context, id, inputs, credential ?? undefined);
      times = await setVariables(context, id, {}, variablesOf(inputs));
      return { id, outputs: await bringIntoService(context, current, inputs, times) };
    } catch (error) {
      if (error instanceof IncompleteError) throw error;
      const outputs = { url: made.url ?? '', deploymentId: '', variableTimes: times };
      throw new IncompleteError(explainError(error), { id, outputs });
    }
  },

  async read(context, id, inputs, state) {
    const found = await findService(context, id);
    if (found === undefined) return undefined;
    const { projectId, environmentId, name, kind } = found;
    const { variables, variableTimes } = await readVariables(context, id, variablesOf(inputs ?? {}), timesOf(state));
    const settings = withoutDefaults(settingsSchema, found.settings);
    const kept = ['sourceCredential', 'deploy', 'triggers'].filter((key) => inputs?.[key] !== undefined);
    return {
      inputs: {
        projectId,
        environmentId,
        name,
        kind,
        source: withoutDefaults(sourceSchema, found.source) ?? found.source,
        ...(settings === undefined ? {} : { settings }),
        ...(Object.keys(variables).length === 0 ? {} : { variables }),
        ...Object.fromEntries(kept.map((key) => [key, inputs?.[key]])),
      },
      outputs: { url: found.url ?? '', deploymentId: state['deploymentId'] ?? '', variableTimes },
    };
  },

  async update(context, id, olds, news, state) {
    const changed = !isDeepStrictEqual(olds['sourceCredential'], news['sourceCredential']);
    const current = await setSource(context, id, news, changed ? credentialOf(news) : undefined);
    const variableTimes = await setVariables(context, id, variablesOf(olds), variablesOf(news));
    const url = current.url ?? '';
    if (!needsDeployment(olds, news, state)) return { url, deploymentId: state['deploymentId'] ?? '', variableTimes };
    return await bringIntoService(context, current, news, variableTimes);
  },

  delete: deleteService,
};
