import { useCallback, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { useWatch } from 'react-hook-form';
import { useApiForm } from '../../../data/forms/use-api-form.ts';
import { notify } from '../../../data/notices.ts';
import { type ServiceChange, useUpdateService } from '../../../data/use-service-settings.ts';
import { type Service, useService, useServiceAction } from '../../../data/use-services.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { LeaveGuard } from '../../shell/index.ts';
import type { ServiceTabProps } from '../service-tab.ts';
import { BuildSection } from './build-section.tsx';
import { DangerSection } from './danger-section.tsx';
import {
  HeadersSection,
  HealthSection,
  LogsSection,
  ResourcesSection,
  RolloutSection,
  ScheduleSection,
} from './runtime-sections.tsx';
import { SaveBar } from './save-bar.tsx';
import { ScaleSection } from './scale-section.tsx';
import { changesOf, valuesOf } from './service-form.ts';
import { TextSetting } from './setting-fields.tsx';
import { SettingsFormContext } from './settings-form.ts';
import { SettingsSection, WideRow } from './settings-section.tsx';
import { SourceSection } from './source-section.tsx';

/** Everything about a service that is not its variables. */
export function SettingsTab(props: ServiceTabProps) {
  const { data } = useService(props.service.id);
  if (data === undefined) return <Skeleton className="m-5 h-40" />;
  return <Settings {...props} stored={data} />;
}

function Settings({ projectId, service, canChange, onSearch, stored }: ServiceTabProps & { stored: Service }) {
  const update = useUpdateService(projectId, service.id);
  const deploy = useServiceAction(projectId, 'deploy');
  const [saving, setSaving] = useState<'save' | 'deploy'>();
  // What the form began with: what others change meanwhile is theirs, and does not count as a change of this form.
  const [begun, setBegun] = useState(stored);
  const form = useApiForm('updateService', {
    defaultValues: valuesOf(stored),
    patterns: {
      name: 'Lower-case letters, digits and dashes, beginning with a letter.',
      'settings.healthCheck.path': 'Begins with / and has no spaces.',
      'settings.build.buildArgs': 'A name of letters, digits and _, not beginning with a digit.',
      'settings.responseHeaders': 'A name of letters, digits and dashes, and a value of printable ASCII characters.',
    },
  });
  const values = useWatch({ control: form.control }) as ServiceChange;
  const changes = changesOf(begun, values);
  const { reset } = form;
  const beginWith = useCallback(
    (next: Service): void => {
      setBegun(next);
      reset({ ...valuesOf(next), sourceCredential: undefined });
    },
    [reset],
  );
  const isUntouched = changes.paths.length === 0 && saving === undefined;
  useEffect(() => {
    if (stored !== begun && isUntouched) beginWith(stored);
  }, [stored, begun, isUntouched, beginWith]);

  const save = (then: 'save' | 'deploy') =>
    form.submit(async (checked) => {
      setSaving(then);
      try {
        beginWith(await update.mutateAsync(changesOf(begun, checked).body));
        if (then === 'deploy') await deploy.mutateAsync(service.id).then(() => onSearch({ tab: 'deployments' }));
        else notify({ tone: 'success', title: 'The settings were saved' });
      } finally {
        setSaving(undefined);
      }
    });

  const hasPort = stored.kind === 'web';
  return (
    <SettingsFormContext value={form}>
      <form onSubmit={save('save')} noValidate className="flex min-h-full flex-col">
        {/* What has the focus is not below the bar that sticks to the bottom. */}
        <fieldset
          disabled={!canChange}
          className="flex min-w-0 flex-1 flex-col gap-4 px-4 py-4 md:px-5 [&_:is(input,textarea,button)]:scroll-mb-28"
        >
          <legend className="sr-only">Settings of the service</legend>
          {canChange ? null : <Alert>You can look at the settings. The role developer may change them.</Alert>}
          <SettingsSection title="General" description="How the service is called." applies="now">
            <WideRow>
              <TextSetting path="name" required emptyAs="" hint="Its address stays as it is when it is renamed." />
            </WideRow>
          </SettingsSection>
          {stored.kind === 'cron' ? <ScheduleSection /> : <ScaleSection projectId={projectId} service={stored} />}
          <SourceSection service={stored} />
          <BuildSection service={service} />
          <ResourcesSection defaults={stored.defaultLimits} hasPort={hasPort} />
          {stored.kind === 'cron' ? null : <HealthSection hasPort={hasPort} />}
          {hasPort ? <HeadersSection /> : null}
          <RolloutSection hasPort={hasPort} />
          <LogsSection />
          {canChange ? (
            <DangerSection
              projectId={projectId}
              service={service}
              onDeleted={() => {
                // What was changed of it is nothing to be asked about any more.
                flushSync(() => beginWith(stored));
                onSearch({ tab: 'deployments' });
              }}
            />
          ) : null}
        </fieldset>
        <LeaveGuard when={changes.paths.length > 0 && saving === undefined} what="What you changed in the settings" />
        {changes.paths.length === 0 ? null : (
          <SaveBar
            paths={changes.paths}
            saving={saving}
            onDiscard={() => beginWith(stored)}
            onDeploy={save('deploy')}
          />
        )}
      </form>
    </SettingsFormContext>
  );
}
