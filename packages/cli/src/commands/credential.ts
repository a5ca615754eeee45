import { type ApiClient, eachItem, type Schemas, unwrap } from '@davit/api';
import { type Command, Option } from 'commander';
import { failed, wrongUsage } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, commandGroup, davitCommand } from '../command-line/davit-command.ts';
import { credentialDetails, credentialTable } from '../credentials/credential-text.ts';
import { flagOf, providerFields } from '../credentials/provider-fields.ts';
import { fieldsOf, type GivenFields, readFields } from '../credentials/read-fields.ts';
import { getEnvironment } from '../session/find-environment.ts';
import { expiryOf } from '../settings/expiry.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { createCredentialHistoryCommand } from './credential-history.ts';

interface SettingOptions extends CommonOptions {
  label?: string[];
  environment?: string;
  expires?: string;
  endpoint?: string;
}

type CreateOptions = SettingOptions & { name: string; provider: string } & GivenFields;
type UpdateOptions = SettingOptions & { rename?: string; restore?: boolean } & GivenFields;

function labelsOf(words: readonly string[] | undefined): { labels?: Record<string, string> } {
  if (words === undefined) return {};
  const pairs = words.map((word) => {
    const at = word.indexOf('=');
    if (at < 1) throw wrongUsage(`"${word}" is no label.`, { hint: 'Write KEY=value.' });
    return [word.slice(0, at), word.slice(at + 1)] as const;
  });
  return { labels: Object.fromEntries(pairs) };
}

const environmentIdOf = async (api: ApiClient, wanted: string): Promise<string | null> =>
  wanted === 'none' ? null : (await getEnvironment(api, wanted)).environment.id;

/** What is not a field of the provider; `none` takes a setting away. */
async function settingsOf(api: ApiClient, { label, environment, expires, endpoint }: SettingOptions) {
  const orNull = (text: string) => (text === 'none' ? null : text);
  return {
    ...labelsOf(label),
    ...(environment !== undefined && { environmentId: await environmentIdOf(api, environment) }),
    ...(expires !== undefined && { expiresAt: expires === 'none' ? null : (expiryOf(expires) ?? null) }),
    ...(endpoint !== undefined && { endpoint: orNull(endpoint) }),
  };
}

function show({ output }: Context, credential: Schemas['Credential'], text: string): void {
  for (const warning of credential.warnings) output.warn(`${credential.name}: ${warning}`);
  output.result({ value: credential, text, quiet: credential.id });
}

async function create(context: Context, options: CreateOptions): Promise<void> {
  const { name, provider } = options;
  fieldsOf(provider);
  const { api } = await context.connect();
  const settings = await settingsOf(api, options);
  const data = await readFields(provider, options, context.output);
  // The server checks the fields of each provider.
  const body = { name, provider, data, ...settings } as Schemas['CreateAwsCredentialInput'];
  const credential = await unwrap(api.POST('/v1/credentials', { body }));
  show(context, credential, `Stored ${name}. Try it: davit credential validate ${name}`);
}

async function list(context: Context, { provider }: CommonOptions & { provider?: string }): Promise<void> {
  const { output } = context;
  if (provider !== undefined) fieldsOf(provider);
  const { api } = await context.connect();
  const wanted = provider === undefined ? {} : { provider: provider as Schemas['Credential']['provider'] };
  const credentials = await Array.fromAsync(
    eachItem((cursor) => unwrap(api.GET('/v1/credentials', { params: { query: { limit: 200, cursor, ...wanted } } }))),
  );
  for (const { name, warnings } of credentials) for (const warning of warnings) output.warn(`${name}: ${warning}`);
  const text = credentials.length === 0 ? 'There is no credential.' : credentialTable(credentials);
  output.result({ value: credentials, text, quiet: credentials.map(({ name }) => name).join('\n') });
}

async function get(context: Context, _options: CommonOptions, id = ''): Promise<void> {
  const { api } = await context.connect();
  const credential = await unwrap(api.GET('/v1/credentials/{id}', { params: { path: { id } } }));
  show(context, credential, credentialDetails(credential));
}

async function update(context: Context, options: UpdateOptions, id = ''): Promise<void> {
  const { rename, restore } = options;
  const { api } = await context.connect();
  const settings = { ...(await settingsOf(api, options)), ...(rename !== undefined && { name: rename }) };
  const params = { path: { id } };
  if (restore) {
    const restored = await unwrap(api.POST('/v1/credentials/{id}/restore', { params }));
    return show(context, restored, `${restored.name} is what it was before its fields were replaced.`);
  }
  const { provider } = await unwrap(api.GET('/v1/credentials/{id}', { params }));
  const isRotation = Object.values(providerFields).some((fields) =>
    fields.some(({ name }) => options[name] !== undefined),
  );
  const data = isRotation ? { data: await readFields(provider, options, context.output) } : {};
  const body = { ...settings, ...data };
  if (Object.keys(body).length === 0)
    throw wrongUsage('Nothing is to be changed.', { hint: 'See `davit credential update --help`.' });
  const credential = await unwrap(api.PATCH('/v1/credentials/{id}', { params, body }));
  const undo = `Until a run has succeeded with it, what it was comes back by: davit credential update ${credential.name} --restore`;
  show(
    context,
    credential,
    isRotation ? `Replaced the fields of ${credential.name}. ${undo}` : `Changed ${credential.name}.`,
  );
}

async function remove(context: Context, { force }: CommonOptions & { force?: boolean }, id = ''): Promise<void> {
  const { api } = await context.connect();
  const query = force ? ({ force: 'true' } as const) : {};
  await unwrap(api.DELETE('/v1/credentials/{id}', { params: { path: { id }, query } }));
  context.output.result({ value: { id, deleted: true }, text: `Deleted ${id}.` });
}

async function validate(context: Context, _options: CommonOptions, id = ''): Promise<void> {
  const { api } = await context.connect();
  const answer = await unwrap(api.POST('/v1/credentials/{id}/validate', { params: { path: { id } } }));
  const identity = answer.identity === null ? '' : ` (${answer.identity})`;
  if (!answer.valid) throw failed(answer.message, { hint: `Replace its fields: davit credential update ${id}` });
  context.output.result({ value: answer, text: `${answer.message}${identity}`, quiet: answer.identity ?? '' });
}

async function testRegistry(
  context: Context,
  { push }: CommonOptions & { push?: boolean },
  id = '',
  repository = '',
): Promise<void> {
  const { api } = await context.connect();
  const body = { repository, access: push === true ? 'push' : 'pull' } as const;
  const verdict = await unwrap(api.POST('/v1/credentials/{id}/test-registry', { params: { path: { id } }, body }));
  if (!verdict.ok) throw failed(sanitizeLine(verdict.detail), { hint: verdict.mend ?? undefined });
  context.output.result({ value: verdict, text: sanitizeLine(verdict.detail) });
}

const collect = (word: string, before: string[] = []): string[] => [...before, word];

/** An option for each field of any provider; help says whose it is. */
function withFields(command: Command): Command {
  const byName = new Map<string, string[]>();
  for (const [provider, fields] of Object.entries(providerFields)) {
    for (const { name, meaning } of fields) byName.set(name, [...(byName.get(name) ?? []), `${provider}: ${meaning}`]);
  }
  for (const [name, meanings] of byName) {
    // Commander makes the same camelCase of the flag, which the API has.
    const option = new Option(`--${flagOf(name)} <value>`, meanings.join('; '));
    command.addOption(option.argParser((text: string) => text));
  }
  return command
    .option('--label <KEY=value>', 'a label, by which manifests select; may be repeated', collect)
    .option('--environment <environment>', 'only stacks of this environment may use it: NAME, PROJECT/NAME or id')
    .option('--expires <time>', 'when it ends: 30d, or a date; davit warns 14 days before')
    .option('--endpoint <url>', 'where it is validated, in place of the address of the provider');
}

/** `davit credential` */
export function createCredentialCommand(): Command {
  const createCommand = withFields(
    davitCommand({
      name: 'create',
      summary: 'store a credential',
      description:
        'Stores a credential. A value of - is read from stdin, one of @FILE from that file; what is missing is asked for.',
      examples: [
        [
          'davit credential create --name prod --provider aws --account-id 123456789012 --access-key-id AKIA… --secret-access-key -',
          'the secret comes from stdin',
        ],
        ['davit credential create --name g --provider gcp --service-account-key-base64 @key.json', 'from a file'],
      ],
    })
      .requiredOption('--name <name>', 'how manifests name it')
      .requiredOption('--provider <provider>', `one of ${Object.keys(providerFields).join(', ')}`),
  );
  const listCommand = davitCommand({
    name: 'list',
    summary: 'list the credentials',
    examples: [['davit credential list --provider aws', 'those of one provider']],
  }).option('--provider <provider>', 'only those of this provider');
  const getCommand = davitCommand({
    name: 'get',
    summary: 'show a credential without its secrets',
    examples: [['davit credential get prod', 'by its name']],
  }).argument('<credential>', 'its name or id');
  const updateCommand = withFields(
    davitCommand({
      name: 'update',
      summary: 'change a credential, or replace its fields',
      examples: [
        [
          'davit credential update prod --access-key-id AKIA… --secret-access-key -',
          'rotate it; all fields are asked for',
        ],
        ['davit credential update prod --restore', 'bring back what it was'],
        ['davit credential update prod --expires none', 'it no longer ends'],
      ],
    })
      .argument('<credential>', 'its name or id')
      .option('--rename <name>', 'another name')
      .option('--restore', 'bring back what it was before its fields were replaced'),
  );
  const deleteCommand = davitCommand({
    name: 'delete',
    summary: 'delete a credential',
    examples: [['davit credential delete prod', 'refused while cloud resources use it']],
  })
    .argument('<credential>', 'its name or id')
    .option('--force', 'also while cloud resources use it');
  const validateCommand = davitCommand({
    name: 'validate',
    summary: 'sign in to the provider with a credential, once',
    examples: [['davit credential validate prod', 'ends with 1 when the provider refuses it']],
  }).argument('<credential>', 'its name or id');
  const testCommand = davitCommand({
    name: 'test-registry',
    summary: 'try whether a credential may pull from a repository of its registry, or push to it',
    examples: [
      ['davit credential test-registry ghcr owner/app', 'ends with 1, and the cause, when it may not'],
      ['davit credential test-registry ghcr owner/app --push', 'nothing stays in the registry'],
    ],
  })
    .argument('<credential>', 'its name or id')
    .argument('<repository>', 'without host and tag, such as team/app')
    .option('--push', 'try to push, instead of to pull');
  return commandGroup(
    {
      name: 'credential',
      summary: 'keep what davit signs in to cloud providers with',
      examples: [['davit credential list', 'also spelled credential:list']],
    },
    [
      acting(createCommand, create),
      acting(listCommand, list),
      acting(getCommand, get),
      acting(updateCommand, update),
      acting(deleteCommand, remove),
      acting(validateCommand, validate),
      acting(testCommand, testRegistry),
      createCredentialHistoryCommand(),
    ],
  );
}
