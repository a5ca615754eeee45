import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useWatch } from 'react-hook-form';
import { useApiForm } from '../../../data/forms/use-api-form.ts';
import { queryKeys } from '../../../data/query-keys.ts';
import { type StoredLogin, storeRegistryLogin } from '../../../data/store-registry-login.ts';
import { useCreateService } from '../../../data/use-services.ts';
import { Button } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Input } from '../../../ui/input.tsx';
import { NAME_IN_WORDS } from '../../projects/index.ts';
import { type ImageAccess, ImageAccessFields } from './image-access.tsx';
import { credentialNameFor, nameInImage, registryOf } from './image-registry.ts';
import { KindFields, type ServiceKind } from './kind-fields.tsx';
import type { NewServiceTarget } from './new-service-target.ts';
import { suggestServiceName } from './service-name.ts';

/** A service that is an image which was built elsewhere. */
export function ImageForm({ projectId, environmentId, onCreated }: NewServiceTarget) {
  const create = useCreateService(projectId);
  const client = useQueryClient();
  const [kind, setKind] = useState<ServiceKind>('web');
  const [access, setAccess] = useState<ImageAccess>({ kind: 'stored', username: '', password: '' });
  const [accessError, setAccessError] = useState<string>();
  // A name that is taken must not store the login twice.
  const stored = useRef<StoredLogin>(undefined);
  const form = useApiForm('createService', {
    defaultValues: { name: '', source: { type: 'image', image: '' }, settings: { schedule: '' } },
    patterns: { name: NAME_IN_WORDS, 'source.image': 'The name of an image, such as ghcr.io/owner/app:1.4.' },
  });
  const image = useWatch({ control: form.control, name: 'source.image' }) as string;
  const registry = registryOf(image);
  const field = form.register('source.image', {
    setValueAs: (value: unknown) => (typeof value === 'string' ? value.trim() : value),
    onBlur: () => {
      if (form.getValues('name') === '') form.setValue('name', suggestServiceName(nameInImage(image)));
    },
  });
  const send = form.submit(async ({ name, source, settings }) => {
    if (source?.type !== 'image') return;
    const { username, password } = access;
    const isPrivate = access.kind === 'login';
    const isIncomplete = isPrivate && (username.trim() === '' || password === '');
    setAccessError(isIncomplete ? 'User and password are needed.' : undefined);
    const isTimeless = kind === 'cron' && (settings?.schedule ?? '') === '';
    if (isTimeless) form.setError('settings.schedule', { message: 'Needed: when it runs.' });
    if (isIncomplete || isTimeless) return;
    if (isPrivate) {
      const to = { name: credentialNameFor(registry, name), environmentId };
      const login = { server: registry, username: username.trim(), password };
      stored.current = await storeRegistryLogin(login, to, stored.current);
      void client.invalidateQueries({ queryKey: queryKeys.credentials() });
    }
    const scheduled = kind === 'cron' && settings !== undefined ? { settings } : {};
    const service = await create.mutateAsync({ body: { name, environmentId, kind, source, ...scheduled } });
    onCreated(service.id);
  });
  return (
    <form onSubmit={send} className="flex flex-col gap-4" noValidate>
      <Field
        label="Image"
        required
        error={form.errorOf('source.image')}
        hint="As docker pull takes it. It is fetched at each deployment."
      >
        <Input {...field} mono placeholder="ghcr.io/owner/app:1.4" spellCheck={false} autoCapitalize="none" />
      </Field>
      <ImageAccessFields
        registry={registry}
        environmentId={environmentId}
        access={access}
        onChange={setAccess}
        error={accessError}
      />
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
      <Button type="submit" variant="primary" busy={form.formState.isSubmitting} className="self-end">
        Create and deploy
      </Button>
    </form>
  );
}
