import { PackageOpen } from 'lucide-react';
import { type CloudResourceOutput, useCloudResource } from '../../../data/use-cloud-resources.ts';
import { useKind } from '../../../data/use-kinds.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { SecretValue } from '../../../ui/secret-value.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import type { ResourceTabProps } from '../resource-tab.ts';
import { UserList } from './user-list.tsx';

/** What a cloud resource has given, how to use it, and which services do. */
export function OutputsTab({ resource, canChange }: ResourceTabProps) {
  const detail = useCloudResource(resource.id);
  const kind = useKind(resource.kind);
  if (detail.data === undefined) return <Skeleton className="m-5 h-40" />;
  const { outputs } = detail.data;
  return (
    <div className="flex flex-col gap-6 px-4 py-4 md:px-5">
      {outputs.length === 0 ? (
        <EmptyState icon={<PackageOpen />} title="No outputs yet">
          A deployment gives them. A service takes one into a variable as{' '}
          <code className="font-mono text-xs">{`\${{resources.${resource.name}.NAME}}`}</code>.
        </EmptyState>
      ) : (
        <ul aria-label="Outputs" className="flex flex-col gap-2">
          {outputs.map((output) => (
            <OutputItem
              key={output.name}
              output={output}
              reference={`\${{resources.${resource.name}.${output.name}}}`}
              about={kind.data?.outputs[output.name]}
            />
          ))}
        </ul>
      )}
      <UserList resource={resource} canChange={canChange} />
    </div>
  );
}

interface OutputItemProps {
  output: CloudResourceOutput;
  /** What a variable has to hold to take its value. */
  reference: string;
  /** What it is, in the words of its kind. */
  about: string | undefined;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function OutputItem({ output: { name, secret, value, updatedAt }, reference, about }: OutputItemProps) {
  return (
    <li className="flex min-w-0 flex-col gap-1.5 rounded-lg border px-3 py-2.5">
      <span className="flex flex-wrap items-baseline justify-between gap-x-3">
        <UserText text={name} className="break-all font-medium font-mono text-sm" />
        <RelativeTime plain at={updatedAt} className="text-subtle text-xs" />
      </span>
      {about === undefined ? null : <span className="text-muted text-xs">{about}</span>}
      {secret ? (
        <span className="flex items-center gap-2 text-muted text-xs">
          <SecretValue name={name} locked reveal={() => Promise.resolve('')} />
          Secret: no page shows it, but a variable can take it.
        </span>
      ) : (
        <span className="flex min-w-0 items-start gap-1">
          <UserText
            text={textOf(value)}
            keepLines
            className="min-w-0 whitespace-pre-wrap break-all font-mono text-sm"
          />
          <CopyButton size="sm" text={textOf(value)} label={`Copy value of ${name}`} />
        </span>
      )}
      <span className="flex min-w-0 items-center gap-1 rounded-md bg-sunken px-2 py-0.5">
        <code className="min-w-0 flex-1 truncate font-mono text-muted text-xs">{reference}</code>
        <CopyButton size="sm" text={reference} label={`Copy reference to ${name}`} />
      </span>
    </li>
  );
}
