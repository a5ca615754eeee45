import { Button } from '../../../ui/button.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { settingLabels } from './setting-labels.ts';
import { useSettingsForm } from './settings-form.ts';

export interface SaveBarProps {
  /** What differs from what is stored. */
  paths: readonly string[];
  saving: 'save' | 'deploy' | undefined;
  onDiscard: () => void;
  /** Saves, and deploys what was saved. */
  onDeploy: () => void;
}

/** Below the settings, while something is changed: what, when it applies, and what to do with it. */
export function SaveBar({ paths, saving, onDiscard, onDeploy }: SaveBarProps) {
  const { failure } = useSettingsForm();
  const labels = paths.map((path) => settingLabels[path]?.label ?? path);
  const needsDeployment = paths.some((path) => settingLabels[path]?.applies === 'deployment');
  return (
    <section
      aria-label="Unsaved changes"
      className="sticky bottom-0 z-10 flex flex-col gap-2 border-t bg-raised px-4 py-3 md:px-5"
    >
      <FormError {...failure} />
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p role="status" className="min-w-0 flex-1 basis-56 text-sm">
          <span className="font-medium">{labels.length === 1 ? 'One change' : `${labels.length} changes`}:</span>{' '}
          {labels.join(', ')}.{' '}
          <span className="text-muted">
            {needsDeployment ? 'Applies with the next deployment.' : 'Applies at once.'}
          </span>
        </p>
        <div className="flex flex-wrap items-center gap-2">
          <Button onClick={onDiscard}>Discard</Button>
          <Button type="submit" variant={needsDeployment ? 'secondary' : 'primary'} busy={saving === 'save'}>
            Save
          </Button>
          {needsDeployment ? (
            <Button variant="primary" busy={saving === 'deploy'} onClick={onDeploy}>
              Save and deploy
            </Button>
          ) : null}
        </div>
      </div>
    </section>
  );
}
