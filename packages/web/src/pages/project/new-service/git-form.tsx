import { useState } from 'react';
import { useApiForm } from '../../../data/forms/use-api-form.ts';
import { useCreateService } from '../../../data/use-services.ts';
import { Button } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Input } from '../../../ui/input.tsx';
import { type RepositoryAccess, RepositoryAccessFields, toCredential } from '../../../ui/repository-access-fields.tsx';
import { NAME_IN_WORDS } from '../../projects/index.ts';
import { KindFields, type ServiceKind } from './kind-fields.tsx';
import type { NewServiceTarget } from './new-service-target.ts';
import { suggestServiceName } from './service-name.ts';

/** A service from a Git repository. */
export function GitForm({ projectId, environmentId, onCreated }: NewServiceTarget) {
  const create = useCreateService(projectId);
  const [branch, setBranch] = useState('');
  const [kind, setKind] = useState<ServiceKind>('web');
  const [access, setAccess] = useState<RepositoryAccess>({ kind: 'public', secret: '' });
  const [accessError, setAccessError] = useState<string>();
  const form = useApiForm('createService', {
    defaultValues: { name: '', source: { type: 'git', url: '', rootFolder: '' }, settings: { schedule: '' } },
    patterns: { name: NAME_IN_WORDS },
  });
  const url = form.register('source.url', {
    onBlur: () => {
      if (form.getValues('name') === '') form.setValue('name', suggestServiceName(form.getValues('source.url') ?? ''));
    },
  });
  const send = form.submit(async (body) => {
    const { source, settings, ...rest } = body;
    if (source?.type !== 'git') return;
    const sourceCredential = toCredential(access);
    const isLocked = access.kind !== 'public' && sourceCredential === undefined;
    setAccessError(isLocked ? 'Needed.' : undefined);
    const isTimeless = kind === 'cron' && (settings?.schedule ?? '') === '';
    if (isTimeless) form.setError('settings.schedule', { message: 'Needed: when it runs.' });
    if (isLocked || isTimeless) return;
    const service = await create.mutateAsync({
      body: {
        ...rest,
        environmentId,
        kind,
        source: { ...source, reference: branch.trim() === '' ? null : { branch: branch.trim() } },
        ...(sourceCredential === undefined ? {} : { sourceCredential }),
        ...(kind === 'cron' && settings !== undefined ? { settings } : {}),
      },
    });
    onCreated(service.id);
  });
  return (
    <form onSubmit={send} className="flex flex-col gap-4" noValidate>
      <Field label="Repository" required error={form.errorOf('source.url')} hint="An https or ssh address.">
        <Input {...url} placeholder="https://host/owner/repository.git" autoFocus spellCheck={false} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Branch" hint="The repository's default branch when left empty.">
          <Input value={branch} onChange={(event) => setBranch(event.target.value)} spellCheck={false} />
        </Field>
        <Field label="Root folder" error={form.errorOf('source.rootFolder')} hint="Where the application is in it.">
          <Input {...form.register('source.rootFolder')} placeholder="apps/web" spellCheck={false} />
        </Field>
      </div>
      <RepositoryAccessFields access={access} onChange={setAccess} error={accessError} />
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
      <Button type="submit" variant="primary" busy={create.isPending} className="self-end">
        Create and deploy
      </Button>
    </form>
  );
}
