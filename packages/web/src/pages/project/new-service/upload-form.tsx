import { useRef, useState } from 'react';
import { useApiForm } from '../../../data/forms/use-api-form.ts';
import { useArchiveUpload } from '../../../data/use-archive-upload.ts';
import { useCreateService } from '../../../data/use-services.ts';
import { Button } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Input } from '../../../ui/input.tsx';
import { NAME_IN_WORDS } from '../../projects/index.ts';
import { type PreparedSource, SourceChooser } from '../../upload/index.ts';
import { KindFields, type ServiceKind } from './kind-fields.tsx';
import type { NewServiceTarget } from './new-service-target.ts';
import { suggestServiceName } from './service-name.ts';

/** A service from a folder or an archive of this computer. */
export function UploadForm({ projectId, environmentId, onCreated }: NewServiceTarget) {
  const create = useCreateService(projectId);
  const { progress, upload, cancel } = useArchiveUpload();
  const [source, setSource] = useState<PreparedSource>();
  const [kind, setKind] = useState<ServiceKind>('web');
  // A name that is taken must not cost another upload.
  const sent = useRef<{ source: PreparedSource; uploadId: string }>(undefined);
  const form = useApiForm('createService', {
    defaultValues: { name: '', settings: { schedule: '' } },
    patterns: { name: NAME_IN_WORDS },
  });
  const choose = (chosen: PreparedSource | undefined): void => {
    setSource(chosen);
    if (chosen !== undefined && form.getValues('name') === '') form.setValue('name', suggestServiceName(chosen.name));
  };
  const send = form.submit(async ({ name, settings }) => {
    if (source === undefined || source.refusal !== undefined) return;
    if (kind === 'cron' && (settings?.schedule ?? '') === '') {
      form.setError('settings.schedule', { message: 'Needed: when it runs.' });
      return;
    }
    const uploadId = sent.current?.source === source ? sent.current.uploadId : await upload(source.pack);
    if (uploadId === undefined) return;
    sent.current = { source, uploadId };
    const service = await create.mutateAsync({
      body: {
        name,
        environmentId,
        kind,
        source: { type: 'upload', rootFolder: '' },
        ...(kind === 'cron' && settings !== undefined ? { settings } : {}),
      },
      uploadId,
    });
    onCreated(service.id);
  });
  return (
    <form onSubmit={send} className="flex flex-col gap-4" noValidate>
      <SourceChooser source={source} onChoose={choose} progress={progress} onCancel={cancel} />
      <Field label="Name" required error={form.errorOf('name')} hint="Becomes a part of its address.">
        <Input {...form.register('name')} spellCheck={false} autoCapitalize="none" />
      </Field>
      <KindFields
        kind={kind}
        onKind={setKind}
        schedule={form.register('settings.schedule')}
        scheduleError={form.errorOf('settings.schedule')}
      />
      <FormError {...form.failure} />
      <Button
        type="submit"
        variant="primary"
        busy={progress !== undefined || create.isPending}
        disabled={source === undefined || source.refusal !== undefined}
        className="self-end"
      >
        Upload and deploy
      </Button>
    </form>
  );
}
