import { useWatch } from 'react-hook-form';
import type { Service } from '../../../data/use-services.ts';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { Field } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import { PairsSetting } from './pairs-setting.tsx';
import { NumberSetting, TextSetting } from './setting-fields.tsx';
import { useSettingsForm } from './settings-form.ts';
import { SettingsSection, WideRow } from './settings-section.tsx';

const policies = [
  { value: 'always', label: 'Always', description: 'Whenever it ends' },
  { value: 'on-failure', label: 'On failure', description: 'When its exit code is not 0, or a signal ended it' },
  { value: 'never', label: 'Never', description: 'An instance that ends stays ended' },
] as const;

/** What an instance may use; an empty field shows what it gets then. */
export function ResourcesSection({ defaults, hasPort }: { defaults: Service['defaultLimits']; hasPort: boolean }) {
  return (
    <SettingsSection
      title="Resources"
      description="What each instance may use, and where it listens."
      applies="deployment"
    >
      <NumberSetting
        path="settings.memoryMb"
        unit="MiB"
        placeholder={`${defaults.memoryMb} by default`}
        hint="An instance that needs more is ended."
      />
      <NumberSetting
        path="settings.cpus"
        unit="cores"
        placeholder={defaults.cpus === null ? 'A fair share by default' : `${defaults.cpus} by default`}
        hint="0.5 is half of one."
      />
      {hasPort ? (
        <NumberSetting
          path="settings.port"
          placeholder="As PORT says"
          hint="Only for applications that insist on a port of their own."
        />
      ) : null}
      <ReadOnlyRoot />
    </SettingsSection>
  );
}

/** For what was built here too, where it becomes a container. */
function ReadOnlyRoot() {
  const form = useSettingsForm();
  const isReadOnly = useWatch({ control: form.control, name: 'settings.readOnlyRoot' }) as boolean;
  return (
    <WideRow>
      <Checkbox
        label="Only /tmp may be written"
        hint="In a container. Plain processes write to their own folder."
        checked={isReadOnly}
        onCheckedChange={(checked) => form.setValue('settings.readOnlyRoot', checked === true, { shouldDirty: true })}
      />
    </WideRow>
  );
}

/** When an instance counts as well, and what happens when it ends. */
export function HealthSection({ hasPort }: { hasPort: boolean }) {
  return (
    <SettingsSection
      title="Health and restarts"
      description="When a new instance may take over, and what becomes of one that ends."
      applies="deployment"
    >
      {hasPort ? (
        <WideRow>
          <TextSetting
            path="settings.healthCheck.path"
            mono
            placeholder="An accepted connection is enough"
            hint="A path that answers 2xx or 3xx when the service is well, such as /health."
          />
        </WideRow>
      ) : null}
      <NumberSetting path="settings.healthCheck.intervalSeconds" unit="seconds" hint="Between two checks." />
      <NumberSetting
        path="settings.healthCheck.timeoutSeconds"
        unit="seconds"
        hint="A deployment whose instances take longer fails, and what served goes on."
      />
      <RestartPolicy />
      <NumberSetting
        path="settings.restart.maxRestarts"
        unit="in a row"
        hint="A minute of running starts the count anew."
      />
    </SettingsSection>
  );
}

function RestartPolicy() {
  const form = useSettingsForm();
  const policy = useWatch({
    control: form.control,
    name: 'settings.restart.policy',
  }) as (typeof policies)[number]['value'];
  return (
    <Field label="Restart" error={form.errorOf('settings.restart.policy')}>
      <Select
        value={policy}
        options={policies}
        onValueChange={(next) => form.setValue('settings.restart.policy', next, { shouldDirty: true })}
      />
    </Field>
  );
}

/** What happens between two releases. */
export function RolloutSection({ hasPort }: { hasPort: boolean }) {
  return (
    <SettingsSection
      title="From one release to the next"
      description="A healthy new release takes over; then the old one is stopped."
      applies="deployment"
    >
      <WideRow>
        <TextSetting
          path="settings.releaseCommand"
          mono
          placeholder="None, or the release line of a Procfile"
          hint="Runs once before a release starts, such as migrations of a database."
        />
      </WideRow>
      {hasPort ? (
        <NumberSetting
          path="settings.drainSeconds"
          unit="seconds"
          hint="How long open requests of the old release may go on."
        />
      ) : null}
      <NumberSetting path="settings.stopGraceSeconds" unit="seconds" hint="From SIGTERM to SIGKILL." />
    </SettingsSection>
  );
}

/** What every answer of the service says besides. */
export function HeadersSection() {
  return (
    <SettingsSection
      title="Response headers"
      description="Set on every answer of the service, at each of its addresses, over what it sets itself."
      applies="deployment"
    >
      <WideRow>
        <PairsSetting
          path="settings.responseHeaders"
          separator=":"
          placeholder="Strict-Transport-Security: max-age=31536000"
          hint="One a line, as Name: value."
        />
      </WideRow>
    </SettingsSection>
  );
}

/** When a cron service runs. */
export function ScheduleSection() {
  return (
    <SettingsSection title="Schedule" description="When the command of this service runs." applies="deployment">
      <WideRow>
        <TextSetting
          path="settings.schedule"
          mono
          required
          placeholder="0 3 * * *"
          hint="A cron expression, in UTC: minute, hour, day of the month, month, day of the week."
        />
      </WideRow>
    </SettingsSection>
  );
}

/** How much of what instances print is kept. */
export function LogsSection() {
  return (
    <SettingsSection
      title="Logs"
      description="How much of what instances print is kept: whichever limit is reached first."
      applies="deployment"
    >
      <NumberSetting path="settings.logRetention.maxMegabytes" unit="MB" />
      <NumberSetting path="settings.logRetention.maxDays" unit="days" />
    </SettingsSection>
  );
}
