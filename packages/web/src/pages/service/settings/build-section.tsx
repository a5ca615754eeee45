import { useWatch } from 'react-hook-form';
import { Field } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import type { ServiceTabProps } from '../service-tab.ts';
import { DetectedPlan } from './detected-plan.tsx';
import { LinesSetting } from './lines-setting.tsx';
import { PairsSetting } from './pairs-setting.tsx';
import { NumberSetting, TextSetting } from './setting-fields.tsx';
import { useSettingsForm } from './settings-form.ts';
import { SettingsSection, WideRow } from './settings-section.tsx';

const builders = [
  { value: 'davit', label: 'davit' },
  { value: 'railpack', label: 'Railpack' },
] as const;

/** Who finds out how an image is built; nothing is set where it is davit. */
function BuilderChoice() {
  const form = useSettingsForm();
  const builder = useWatch({ control: form.control, name: 'settings.build.builder' }) as 'railpack' | null;
  return (
    <Field
      label="Builder"
      hint="Who finds out how an image is built: davit by the Dockerfile or the code, or Railpack, where the server has it."
      error={form.errorOf('settings.build.builder')}
    >
      <Select
        value={builder ?? 'davit'}
        options={builders}
        onValueChange={(next) =>
          form.setValue('settings.build.builder', next === 'davit' ? null : next, { shouldDirty: true })
        }
      />
    </Field>
  );
}

/** How the code becomes something that runs. */
export function BuildSection({ service }: Pick<ServiceTabProps, 'service'>) {
  return (
    <SettingsSection
      title="Build"
      description="davit detects how to build and start; what is set here comes first."
      applies="deployment"
    >
      <WideRow>
        <DetectedPlan serviceId={service.id} />
        <TextSetting path="settings.build.installCommand" mono placeholder="As detected" />
        <TextSetting path="settings.build.buildCommand" mono placeholder="As detected" />
        <TextSetting path="settings.build.startCommand" mono placeholder="As detected" />
      </WideRow>
      <BuilderChoice />
      <TextSetting
        path="settings.build.dockerfilePath"
        mono
        placeholder="Dockerfile, when it is there"
        hint="For servers whose runtime runs containers."
      />
      <TextSetting path="settings.build.target" mono placeholder="The last one" hint="Name of a stage." />
      <TextSetting
        path="settings.build.platform"
        mono
        placeholder="That of the server"
        hint="Such as linux/amd64 or linux/arm64."
      />
      <WideRow>
        <PairsSetting
          path="settings.build.buildArgs"
          placeholder="NAME=value"
          hint="One a line. They stay in the image: secrets belong among the variables, which a Dockerfile mounts by RUN --mount=type=secret,id=NAME."
        />
      </WideRow>
      <NumberSetting path="settings.build.timeoutMinutes" unit="minutes" hint="A build that takes longer is ended." />
      <WideRow>
        <LinesSetting
          path="settings.build.watchPaths"
          placeholder="src/**"
          hint="One pattern a line. A deployment that is asked for only if something changed looks at these files alone."
        />
      </WideRow>
    </SettingsSection>
  );
}
