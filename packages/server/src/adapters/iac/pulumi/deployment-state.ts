import { z } from 'zod';
import type { StackAddress } from '../iac.ts';
import { iacErrors } from '../iac-errors.ts';
import { opensSalt } from './passphrase-salt.ts';

/** Enough for tens of thousands of resources; what is read of a job's folder is bounded by the same. */
const largestLength = 32 * 1024 * 1024;
const mostResources = 100_000;

const resource = z.looseObject({
  urn: z.string().min(1).max(4096),
  type: z.string().min(1).max(1024),
  id: z.string().optional(),
  custom: z.boolean().optional(),
});
/** What `pulumi stack export` writes. What Pulumi itself judges, such as the order of resources, is left to it. */
const deployment = z.strictObject({
  version: z.literal([3, 4]),
  features: z.array(z.string()).optional(),
  deployment: z.looseObject({
    secrets_providers: z
      .looseObject({ type: z.string(), state: z.looseObject({ salt: z.string().optional() }).optional() })
      .optional(),
    resources: z.array(resource).max(mostResources).nullish(),
    pending_operations: z.array(z.looseObject({ resource })).nullish(),
  }),
});
type Deployment = z.infer<typeof deployment>;

const refused = (message: string) => iacErrors.IAC_STATE_REFUSED({ message });

/** Turns what the file backend keeps into what `pulumi stack export` writes. @throws AppError IAC_STATE_UNREADABLE */
export function exportDeployment(state: string): string {
  try {
    const { version, features, checkpoint } = JSON.parse(state) as {
      version: number;
      features?: string[];
      // `pulumi stack import` writes it with a capital letter, all else without: Go does not mind.
      checkpoint: { latest?: object; Latest?: object };
    };
    const latest = checkpoint.latest ??
      checkpoint.Latest ?? { manifest: { time: new Date(0).toISOString(), magic: '', version: '' } };
    return JSON.stringify({ version, ...(features === undefined ? {} : { features }), deployment: latest });
  } catch (cause) {
    throw iacErrors.IAC_STATE_UNREADABLE({ cause });
  }
}

function parse(text: string): Deployment {
  if (text.length > largestLength) throw refused('The state is larger than 32 MiB.');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refused('The state is no JSON.');
  }
  const parsed = deployment.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.') ?? '';
  throw refused(
    `This is no deployment of Pulumi: ${path === '' ? '' : `${path}: `}${issue?.message ?? 'it is wrong'}.`,
  );
}

/** `urn:pulumi:STACK::PROJECT::TYPES::NAME`. To write other names into all URNs would make another stack of it. */
function checkUrn(urn: string, { project, stack }: StackAddress): void {
  const [head = '', ofProject = '', ...rest] = urn.split('::');
  const ofStack = head.startsWith('urn:pulumi:') ? head.slice('urn:pulumi:'.length) : '';
  if (ofStack === '' || rest.length < 2) throw refused(`"${urn.slice(0, 200)}" is no URN of Pulumi.`);
  if (ofStack === stack && ofProject === project) return;
  const theirs = `${ofProject}/${ofStack}`.slice(0, 200);
  throw refused(`The state is of the stack ${theirs}, and this resource has the stack ${project}/${stack}.`);
}

/** Pulumi marks what is encrypted by this key and value. */
const holdsSecrets = (text: string): boolean => text.includes('1b47061264138c4ac30d75fd1eb44270');

async function checkSecrets(text: string, parsed: Deployment, passphrase: string): Promise<void> {
  const { secrets_providers: provider } = parsed.deployment;
  if (provider === undefined) {
    if (holdsSecrets(text)) throw refused('The state has secrets, and does not say what they are encrypted with.');
    return;
  }
  if (provider.type !== 'passphrase') {
    const type = provider.type.slice(0, 40);
    throw refused(`The secrets of this state are encrypted by "${type}", and not under this stack's passphrase.`);
  }
  if (!(await opensSalt(provider.state?.salt ?? '', passphrase))) {
    throw refused("The secrets of this state are encrypted under another passphrase than this stack's.");
  }
}

/** @throws AppError IAC_STATE_REFUSED with the reason, which names nothing that is secret */
export async function checkDeployment(
  text: string,
  { address, passphrase }: { address: StackAddress; passphrase: string },
): Promise<void> {
  const parsed = parse(text);
  const { resources, pending_operations: pending } = parsed.deployment;
  for (const { urn } of resources ?? []) checkUrn(urn, address);
  for (const { resource: each } of pending ?? []) checkUrn(each.urn, address);
  await checkSecrets(text, parsed, passphrase);
}
