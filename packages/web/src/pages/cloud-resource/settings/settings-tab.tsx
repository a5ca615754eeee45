import { useState } from 'react';
import { useCloudResource } from '../../../data/use-cloud-resources.ts';
import { useCan } from '../../../data/use-session.ts';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { KeyValueList } from '../../../ui/key-value-list.tsx';
import { providerName } from '../../../ui/provider-mark.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { type Removal, RemovalDialog } from '../removal-dialogs.tsx';
import type { ResourceTabProps } from '../resource-tab.ts';
import { DriftCard } from './drift-card.tsx';
import { ImportCard } from './import-card.tsx';

/** What a cloud resource is, and how to be rid of it. */
export function SettingsTab({ resource, canChange, onSearch, onGone }: ResourceTabProps) {
  const detail = useCloudResource(resource.id);
  const mayDestroy = useCan('admin');
  const follow = (update: string): void => onSearch({ tab: 'updates', update });
  return (
    <div className="flex flex-col gap-4 px-4 py-4 md:px-5">
      <Card title="About">
        <KeyValueList
          items={[
            { label: 'Kind', value: <UserText text={resource.kind} /> },
            { label: 'Provider', value: providerName(resource.provider) },
            { label: 'Environment', value: <Environment resource={resource} /> },
            {
              label: 'Stack',
              value: <UserText text={detail.data?.stackFqdn ?? '…'} className="break-all font-mono text-xs" />,
            },
            { label: 'Resources', value: String(resource.resourceCount) },
            { label: 'Made', value: <RelativeTime at={resource.createdAt} /> },
          ]}
        />
      </Card>
      <DriftCard resource={resource} drift={detail.data?.drift} canChange={canChange} onBegun={follow} />
      {canChange ? <ImportCard resource={resource} onBegun={follow} /> : null}
      {mayDestroy ? <DangerCard resource={resource} onGone={onGone} /> : null}
    </div>
  );
}

function Environment({ resource: { projectName, environmentName } }: Pick<ResourceTabProps, 'resource'>) {
  if (environmentName === null) return <>None: every environment may use its outputs</>;
  return <UserText text={`${projectName ?? ''} / ${environmentName}`} />;
}

const acts: readonly { removal: Removal; title: string; text: string; label: string }[] = [
  {
    removal: 'destroy',
    title: 'Destroy what it made',
    text: 'Everything of its stack is destroyed at the provider. The manifest stays.',
    label: 'Destroy…',
  },
  {
    removal: 'orphan',
    title: 'Forget it',
    text: 'davit forgets the resource and its state; what it made stays at the provider.',
    label: 'Forget…',
  },
  {
    removal: 'delete',
    title: 'Delete it',
    text: 'What it made is destroyed, then the resource is gone.',
    label: 'Delete…',
  },
];

function DangerCard({ resource, onGone }: Pick<ResourceTabProps, 'resource' | 'onGone'>) {
  const [removal, setRemoval] = useState<Removal>();
  return (
    <Card tone="danger" title="Danger zone">
      <ul className="flex flex-col gap-4">
        {acts.map((act) => (
          <li key={act.removal} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
            <span className="flex min-w-0 flex-1 basis-40 flex-col">
              <span className="font-medium text-sm">{act.title}</span>
              <span className="text-muted text-sm">{act.text}</span>
            </span>
            <Button
              variant="danger-outline"
              disabled={resource.status === 'deleting' && act.removal === 'destroy'}
              onClick={() => setRemoval(act.removal)}
            >
              {act.label}
            </Button>
          </li>
        ))}
      </ul>
      <RemovalDialog
        resource={resource}
        removal={removal}
        onClose={() => setRemoval(undefined)}
        onDone={(done) => (done === 'destroy' ? undefined : onGone())}
      />
    </Card>
  );
}
