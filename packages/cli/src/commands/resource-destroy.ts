import { type ApiClient, unwrap } from '@davit/api';
import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import type { Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { confirmRemoval } from '../deploy/delete-service.ts';
import { assertNoneWaits } from '../infrastructure/apply-manifests.ts';
import { findManifestResources, type ResourceStep } from '../infrastructure/find-manifest-resources.ts';
import { type CloudResource, findResource } from '../infrastructure/find-resource.ts';
import { followGraph } from '../infrastructure/follow-graph.ts';
import { formatChanges, type StackUpdate } from '../infrastructure/follow-update.ts';
import { type FollowOptions, minutesOf, showOptions } from '../infrastructure/update-options.ts';

interface TakeBackOptions extends FollowOptions {
  yes?: boolean;
  file?: string;
  timeout?: string;
  orphan?: boolean;
}

const nameOf = ({ kind, name }: CloudResource): string => `${kind}/${name}`;

async function findMeant(
  api: ApiClient,
  { file, detach }: TakeBackOptions,
  wanted: string | undefined,
): Promise<ResourceStep[]> {
  if ((wanted === undefined) === (file === undefined)) {
    throw wrongUsage('Say which cloud resource is meant, or those of which manifests with --file.');
  }
  if (file === undefined) {
    const resource = await findResource(api, wanted ?? '');
    return [{ id: resource.id, resource, after: [] }];
  }
  const steps = await findManifestResources(api, file);
  if (detach) assertNoneWaits(steps);
  return steps;
}

interface TakenBack {
  readonly id: string;
  readonly name: string;
  /** Null where it was done at once. */
  readonly update: StackUpdate | null;
}

/** What is done with each of several resources. */
interface TakingBack {
  /** For the question before it. */
  what: (names: string) => string;
  /** Null where it is done at once. */
  begin: (api: ApiClient, resource: CloudResource, options: TakeBackOptions) => Promise<StackUpdate | null>;
  /** In one line, for somebody who waited, or did not. */
  tell: (taken: TakenBack, detach: boolean | undefined) => string;
  /** For programs, and for scripts. */
  present: (taken: TakenBack) => { value: unknown; quiet: string };
}

function takingBack({ what, begin, tell, present }: TakingBack) {
  return async (context: Context, options: TakeBackOptions, wanted?: string): Promise<void> => {
    const { output } = context;
    minutesOf(options.timeout);
    const connection = await context.connect();
    const { api } = connection;
    const steps = await findMeant(api, options, wanted);
    const resources = new Map(steps.map(({ id, resource }) => [id, resource]));
    await confirmRemoval(what([...resources.values()].map(nameOf).join(', ')), options.yes);
    const resourceOf = (id: string) => resources.get(id) as CloudResource;
    const graph = {
      connection,
      steps,
      nameOf: (id: string) => nameOf(resourceOf(id)),
      begin: (id: string) => begin(api, resourceOf(id), options),
    };
    const tellLeft = (names: string) => `Left as they are, since what uses them is still there: ${names}`;
    const done: TakenBack[] = [];
    for await (const { id, update } of followGraph(context, graph, options, tellLeft))
      done.push({ id, name: graph.nameOf(id), update });
    const presented = done.map(present);
    output.result({
      value: options.file === undefined ? presented[0]?.value : presented.map(({ value }) => value),
      text: done.map((each) => tell(each, options.detach)).join('\n'),
      quiet: presented.map(({ quiet }) => quiet).join('\n'),
    });
  };
}

const destroy = takingBack({
  what: (names) => `what ${names} made`,
  async begin(api, { id }, { timeout }) {
    const timeoutMinutes = minutesOf(timeout);
    const body = { clearPending: false, ...(timeoutMinutes === undefined ? {} : { timeoutMinutes }) };
    return await unwrap(api.POST('/v1/cloud-resources/{id}/destroy', { params: { path: { id } }, body }));
  },
  tell: ({ name, update }, detach) =>
    `destroy of ${name}: ${detach ? update?.id : formatChanges(update?.changes ?? null)}`,
  present: ({ update }) => ({ value: update, quiet: update?.id ?? '' }),
});

const remove = (options: TakeBackOptions) =>
  takingBack({
    what: (names) =>
      options.orphan ? `${names} (what it made stays, and davit forgets it)` : `${names} with what it made`,
    async begin(api, { id }, { orphan }) {
      const query = { orphan: orphan ? ('true' as const) : ('false' as const) };
      const params = { path: { id }, query };
      return (await unwrap(api.DELETE('/v1/cloud-resources/{id}', { params }))).update;
    },
    tell: ({ name }, detach) => (detach ? `Deleting ${name}.` : `Deleted ${name}.`),
    present: ({ id, update }) => ({ value: { id, update }, quiet: id }),
  });

function takeBackOptions(name: string, summary: string): Command {
  const command = davitCommand({
    name,
    summary,
    examples: [
      [`davit resource ${name} bucket`, summary],
      [
        `davit resource ${name} -f folder/`,
        'those of several manifests, in the reverse of the order of their deployment',
      ],
    ],
  });
  return showOptions(command.argument('[resource]', 'name, KIND/NAME or id'))
    .option('-f, --file <path>', 'those of the manifests in a file, a folder, or - for standard input')
    .option('-y, --yes', 'do not ask');
}

/** `davit resource destroy` */
export function createResourceDestroyCommand(): Command {
  return acting<TakeBackOptions>(
    takeBackOptions('destroy', 'destroy what a cloud resource made').option(
      '--timeout <minutes>',
      'end it after so long; 60 when nothing else is said',
    ),
    destroy,
  );
}

/** `davit resource delete` */
export function createResourceDeleteCommand(): Command {
  return acting<TakeBackOptions>(
    takeBackOptions('delete', 'delete a cloud resource with what it made').option(
      '--orphan',
      'leave what it made to itself',
    ),
    (context, options, wanted) => remove(options)(context, options, wanted),
  );
}
