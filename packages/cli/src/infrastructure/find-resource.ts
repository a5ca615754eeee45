import { type ApiClient, type Schemas, unwrap } from '@davit/api';
import { notFound, wrongUsage } from '../command-line/cli-error.ts';

export type CloudResource = Schemas['CloudResource'];

/** All cloud resources, newest first; only those of a name where one is given. */
export async function listResources(
  api: ApiClient,
  filter: { name?: string; kind?: string } = {},
): Promise<CloudResource[]> {
  const found: CloudResource[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 200, ...filter, ...(cursor === undefined ? {} : { cursor }) };
    const page = await unwrap(api.GET('/v1/cloud-resources', { params: { query } }));
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

/** The cloud resource that is meant by an id, a name or KIND/NAME. @throws CliError when there is none, or several */
export async function findResource(api: ApiClient, wanted: string): Promise<CloudResource> {
  if (wanted.startsWith('res_'))
    return await unwrap(api.GET('/v1/cloud-resources/{id}', { params: { path: { id: wanted } } }));
  const [first = '', second] = wanted.split('/', 2);
  const found = await listResources(api, second === undefined ? { name: first } : { kind: first, name: second });
  const [only, ...more] = found;
  if (only === undefined) {
    throw notFound(`There is no cloud resource "${wanted}".`, { hint: 'See `davit resource list`.' });
  }
  if (more.length > 0) {
    throw wrongUsage(`"${wanted}" names several cloud resources.`, {
      lines: found.map(({ id, kind, name, stackFqdn }) => `  ${id}  ${kind}/${name}  ${stackFqdn}`),
      hint: 'Give the id of one of them.',
    });
  }
  return only;
}
