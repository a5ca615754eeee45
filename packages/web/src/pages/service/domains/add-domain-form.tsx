import { useEffect } from 'react';
import { useApiForm } from '../../../data/forms/use-api-form.ts';
import { type Domain, useAddDomain } from '../../../data/use-domains.ts';
import { Button } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Input } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';
import { redirectChoices, SERVES } from './redirect-choices.ts';

/** A new domain, and whether it only leads on to another one. */
export function AddDomainForm({ serviceId, domains }: { serviceId: string; domains: readonly Domain[] }) {
  const add = useAddDomain(serviceId);
  const form = useApiForm('createDomain', { defaultValues: { host: '', redirectTo: null, forceHttps: true } });
  const targets = redirectChoices(domains);
  const { register } = form;
  useEffect(() => {
    // Without an element that is registered: what the server says of the target still finds its place.
    register('redirectTo');
  }, [register]);
  const submit = form.submit(async (body) => {
    await add.mutateAsync(body);
    form.reset();
  });
  return (
    <form onSubmit={submit} noValidate aria-label="New domain" className="flex flex-col gap-4">
      <Field label="Domain" hint="Such as www.example.com." error={form.errorOf('host')} required>
        <Input {...register('host')} mono spellCheck={false} autoCapitalize="none" />
      </Field>
      {targets.length > 1 ? (
        <Field label="What it does" error={form.errorOf('redirectTo')}>
          <Select
            value={form.watch('redirectTo') ?? SERVES}
            onValueChange={(value) => form.setValue('redirectTo', value === SERVES ? null : value)}
            options={targets}
          />
        </Field>
      ) : null}
      <FormError {...form.failure} />
      <Button type="submit" variant="primary" busy={form.formState.isSubmitting} className="self-start">
        Add domain
      </Button>
    </form>
  );
}
