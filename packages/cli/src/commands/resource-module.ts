import { readFile } from 'node:fs/promises';
import { type Schemas, unwrap } from '@davit/api';
import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, commandGroup, davitCommand } from '../command-line/davit-command.ts';
import { fieldsOf } from '../credentials/read-fields.ts';
import {
  readSourceCredential,
  type SourceCredentialOptions,
  sourceCredentialOptions,
} from '../source/read-source-credential.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { formatTable } from '../terminal/table.ts';

type Module = NonNullable<Schemas['Kind']['module']>;
type KindModule = Schemas['KindModuleInput'];

interface SetOptions extends CommonOptions, SourceCredentialOptions {
  branch?: string;
  tag?: string;
  commit?: string;
  folder?: string;
  provider?: string;
  summary?: string;
  schema?: string;
  public?: boolean;
}

/** `main of https://…, folder buckets` */
function placeOf({ url, reference, folder }: Module): string {
  const commit = reference === null ? 'the default branch' : Object.values(reference)[0];
  return sanitizeLine(`${commit} of ${url}${folder === '' ? '' : `, folder ${folder}`}`);
}

async function list(context: Context): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const { items } = await unwrap(api.GET('/v1/kinds'));
  const own = items.filter(({ module }) => module !== null);
  const rows = own.map(({ name, provider, module, hasSourceCredential }) => [
    output.style.bold(name),
    provider ?? '-',
    module === null ? '' : placeOf(module),
    hasSourceCredential ? 'with a credential' : '',
  ]);
  const text = own.length === 0 ? 'Every kind is made by davit’s own module.' : formatTable(rows);
  output.result({ value: own, text, quiet: own.map(({ name }) => name).join('\n') });
}

function referenceOf({ branch, tag, commit }: SetOptions): KindModule['reference'] {
  const given = Object.entries({ branch, tag, commit }).filter(([, value]) => value !== undefined);
  if (given.length > 1) throw wrongUsage('Only one of --branch, --tag and --commit can be meant.');
  const [one] = given;
  return one === undefined ? null : (Object.fromEntries([one]) as NonNullable<KindModule['reference']>);
}

async function readSchema(file: string | undefined): Promise<Record<string, unknown> | null> {
  if (file === undefined) return null;
  try {
    const schema: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof schema === 'object' && schema !== null && !Array.isArray(schema))
      return schema as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw wrongUsage(`${file} holds no JSON Schema: it is no JSON object.`);
}

async function set(context: Context, options: SetOptions, kind = '', url = ''): Promise<void> {
  const { folder = '', provider, summary = '' } = options;
  if (provider !== undefined) fieldsOf(provider);
  const reference = referenceOf(options);
  const specSchema = await readSchema(options.schema);
  const given = await readSourceCredential(options, context);
  if (options.public === true && given !== undefined) throw wrongUsage('A public repository needs no token or key.');
  const sourceCredential = options.public === true ? null : given;
  const body: KindModule = {
    url,
    reference,
    folder,
    provider: (provider ?? null) as KindModule['provider'],
    summary,
    specSchema,
    ...(sourceCredential === undefined ? {} : { sourceCredential }),
  };
  const { api } = await context.connect();
  const stored = await unwrap(api.PUT('/v1/kinds/{kind}/module', { params: { path: { kind } }, body }));
  const place = stored.module === null ? '' : placeOf(stored.module);
  context.output.result({ value: stored, text: `${kind} is made by ${place}.`, quiet: kind });
}

async function remove(context: Context, _options: CommonOptions, kind = ''): Promise<void> {
  const { api } = await context.connect();
  await unwrap(api.DELETE('/v1/kinds/{kind}/module', { params: { path: { kind } } }));
  const text = `Forgot the module of ${kind}. What it deployed stays.`;
  context.output.result({ value: { kind, removed: true }, text, quiet: kind });
}

/** `davit resource module` */
export function createResourceModuleCommand(): Command {
  const setCommand = sourceCredentialOptions(
    davitCommand({
      name: 'set',
      summary: 'point a kind at a module in a Git repository',
      description:
        'Points a kind, also one of davit’s own, at a module of your organization. All of it is replaced: what is not said is as for a new one, but a token or key stays while the address does.',
      examples: [
        [
          'davit resource module set S3Buckets https://git.example.org/modules.git --folder buckets --provider aws',
          'the newest commit of the default branch',
        ],
        [
          'davit resource module set S3Buckets https://git.example.org/modules.git --tag v2 --git-token -',
          'a tag of a private repository; its token comes from stdin',
        ],
      ],
    })
      .argument('<kind>', 'as manifests write it')
      .argument('<url>', 'of the Git repository, by https or ssh')
      .option('--branch <branch>', 'its newest commit, at each update')
      .option('--tag <tag>', 'of the repository')
      .option('--commit <commit>', 'this one, always')
      .option('--folder <path>', 'of the repository, where module.ts, module.js or Pulumi.yaml is')
      .option('--provider <provider>', 'whose credential the module is given')
      .option('--summary <text>', 'what it makes, for the list of kinds')
      .option('--schema <file>', 'a JSON Schema of `spec`; without one, that of the built-in kind, else any field'),
  ).option('--public', 'forget the token or key');
  return commandGroup(
    {
      name: 'module',
      summary: 'say which modules of your own make kinds of cloud resource',
      examples: [['davit resource module list', 'those that there are']],
    },
    [
      acting(
        davitCommand({
          name: 'list',
          summary: 'list the kinds that modules of your own make',
          examples: [['davit resource module list', 'with their repositories']],
        }),
        list,
      ),
      acting<SetOptions>(setCommand, set),
      acting(
        davitCommand({
          name: 'remove',
          summary: 'forget a module; what it deployed stays',
          examples: [['davit resource module remove S3Buckets', 'davit’s own makes the kind again, if it has one']],
        }).argument('<kind>', 'as manifests write it'),
        remove,
      ),
    ],
  );
}
