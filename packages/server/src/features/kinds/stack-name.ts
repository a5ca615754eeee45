/** Where a stack is in the organization, project, stack of Pulumi's names. */
export interface StackName {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
}

/** What a name is derived from where labels do not give it. */
export interface StackOwner {
  readonly organization: string;
  readonly project: string;
  readonly environment: string;
}

const prefix = 'pulumi.project-planton.org';
/** Labels that name a stack, in whole or in its parts. */
export const stackLabels = {
  fqdn: `${prefix}/stack.fqdn`,
  organization: `${prefix}/organization`,
  project: `${prefix}/project`,
  stack: `${prefix}/stack.name`,
} as const;

// Pulumi's own rule for each part (`tokens.ParseStackName`), without names of dots only: they become files.
const part = /^(?!\.+$)[A-Za-z0-9_.-]{1,100}$/;

/** A label that names no stack. */
export class StackNameFault extends Error {
  readonly label: string;

  constructor(label: string, message: string) {
    super(message);
    this.label = label;
  }
}

function checked(label: string, text: string): string {
  if (!part.test(text) || text.includes('..')) {
    throw new StackNameFault(label, 'letters, digits, "-", "_" and single dots, at most 100');
  }
  return text;
}

/** A name of anything as a part of a stack's name. */
function stackPart(text: string): string {
  const made = text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100);
  return made === '' ? 'default' : made;
}

/**
 * The name of a resource's stack: from the label with all of it, else from the labels with its parts, each derived where it
 * is missing.
 *
 * @throws StackNameFault naming the label
 */
export function deriveStackName(
  resource: { kind: string; name: string; labels: Readonly<Record<string, string>> },
  owner: StackOwner,
): StackName {
  const { kind, name, labels } = resource;
  const fqdn = labels[stackLabels.fqdn];
  if (fqdn !== undefined) {
    const parts = fqdn.split('/');
    if (parts.length !== 3) throw new StackNameFault(stackLabels.fqdn, 'must be ORGANIZATION/PROJECT/STACK');
    const [organization = '', project = '', stack = ''] = parts.map((text) => checked(stackLabels.fqdn, text));
    return { organization, project, stack };
  }
  const given = (label: string, derived: string) => checked(label, labels[label] ?? derived);
  return {
    organization: given(stackLabels.organization, stackPart(owner.organization)),
    project: given(stackLabels.project, stackPart(owner.project)),
    stack: given(stackLabels.stack, `${stackPart(owner.environment)}.${kind}.${name}`),
  };
}

/** `organization/project/stack` */
export function stackFqdn({ organization, project, stack }: StackName): string {
  return `${organization}/${project}/${stack}`;
}
