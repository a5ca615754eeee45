import type { ServiceTabProps } from '../service-tab.ts';
import { DetectedPlan } from './detected-plan.tsx';
import { LinesSetting, NumberSetting, TextSetting } from './setting-fields.tsx';
import { SettingsSection, WideRow } from './settings-section.tsx';

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
      <TextSetting
        path="settings.build.dockerfilePath"
        mono
        placeholder="None"
        hint="For servers whose runtime runs containers."
      />
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
