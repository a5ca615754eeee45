import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import type { Body } from '../../../data/api-client.ts';
import { useCreateCredential } from '../../../data/use-credentials.ts';
import { Dialog, DialogContent } from '../../../ui/dialog.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormDialogButtons } from '../../../ui/form-dialog.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Input } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';
import { type CredentialScope, endOf, faultsOfScope, parseLabels } from './credential-scope.ts';
import { EndpointField } from './endpoint-field.tsx';
import { ProviderFields } from './provider-fields.tsx';
import { providerForms } from './provider-form.ts';
import { ScopeFields } from './scope-fields.tsx';
import { type CredentialFormValues, useCredentialForm } from './use-credential-form.ts';

/** Stores a credential: its provider, the provider's fields, and where it applies. */
export function NewCredentialDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      {open ? <NewCredential /> : null}
    </Dialog>
  );
}

function NewCredential() {
  const formId = useId();
  const [provider, setProvider] = useState<string>();
  const [busy, setBusy] = useState(false);
  return (
    <DialogContent
      size="lg"
      title="New credential"
      description="Stored encrypted, used by the updates of cloud resources, and shown to nobody again."
      footer={
        <FormDialogButtons
          formId={formId}
          submitLabel="Store credential"
          busy={busy}
          disabled={provider === undefined}
        />
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Provider" required>
          <Select
            value={provider}
            onValueChange={setProvider}
            options={providerForms.map(({ name, title }) => ({ value: name, label: title }))}
          />
        </Field>
        {provider === undefined ? null : (
          <CredentialForm key={provider} formId={formId} provider={provider} onBusy={setBusy} />
        )}
      </div>
    </DialogContent>
  );
}

interface CredentialFormProps {
  formId: string;
  provider: string;
  onBusy: (busy: boolean) => void;
}

const nameRule = 'Lower-case letters, digits, dots and dashes, at most 63.';

function CredentialForm({ formId, provider, onBusy }: CredentialFormProps) {
  const navigate = useNavigate();
  const create = useCreateCredential();
  const [scope, setScope] = useState<CredentialScope>({ environmentId: '', labels: '', end: '' });
  const form = useCredentialForm(provider, { name: '', labels: {}, endpoint: '' }, { name: nameRule });
  const send = async (values: CredentialFormValues): Promise<void> => {
    onBusy(true);
    try {
      const made = await create.mutateAsync(values as unknown as Body<'createCredential'>);
      void navigate({ to: '/organization/credentials/$credentialId', params: { credentialId: made.id } });
    } finally {
      onBusy(false);
    }
  };
  const change = (next: CredentialScope): void => {
    setScope(next);
    form.setValue('labels', parseLabels(next.labels) ?? {});
    form.setValue('environmentId', next.environmentId === '' ? null : next.environmentId);
    form.setValue('expiresAt', endOf(next.end));
  };
  return (
    <form
      id={formId}
      noValidate
      autoComplete="off"
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        if (parseLabels(scope.labels) === undefined) event.preventDefault();
        else form.submit(send)(event);
      }}
    >
      <Field label="Name" hint="Manifests name it: prod-aws." required error={form.errorOf('name')}>
        <Input {...form.register('name')} spellCheck={false} autoCapitalize="none" />
      </Field>
      <ProviderFields provider={provider} {...form.fields} />
      <ScopeFields scope={scope} onScope={change} faults={faultsOfScope(scope, form)} />
      <EndpointField registered={form.register('endpoint')} error={form.errorOf('endpoint')} />
      <FormError {...form.failure} />
    </form>
  );
}
