import { useState } from 'react';
import { type Credential, useUpdateCredential } from '../../../data/use-credentials.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormDialogContent } from '../../../ui/form-dialog.tsx';
import { Input } from '../../../ui/input.tsx';
import { endOf, toScope } from './credential-scope.ts';
import { EndpointField } from './endpoint-field.tsx';
import { ProviderFields } from './provider-fields.tsx';
import { type CredentialFormValues, useCredentialForm } from './use-credential-form.ts';

export interface RotateCredentialDialogProps {
  credential: Credential;
  open: boolean;
  onClose: () => void;
}

/** Takes new secrets in place of the stored ones, which are kept until an update has succeeded with the new ones. */
export function RotateCredentialDialog({ credential, open, onClose }: RotateCredentialDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onClose}>
      {open ? <Rotation credential={credential} onDone={onClose} /> : null}
    </Dialog>
  );
}

function Rotation({ credential, onDone }: { credential: Credential; onDone: () => void }) {
  const { id, provider, endpoint } = credential;
  const update = useUpdateCredential(id);
  const [end, setEnd] = useState(toScope(credential).end);
  const form = useCredentialForm(provider, {
    name: credential.name,
    labels: credential.labels,
    endpoint: endpoint ?? '',
    data: credential.fields,
  });
  const send = async ({ data, endpoint: address }: CredentialFormValues): Promise<void> => {
    const isMoved = end !== toScope(credential).end;
    await update.mutateAsync({ data, endpoint: address ?? null, ...(isMoved ? { expiresAt: endOf(end) } : {}) });
    onDone();
  };
  return (
    <FormDialogContent
      size="lg"
      title="Rotate credential"
      description={`What is stored now (version ${credential.version}) is kept until an update has succeeded with the new version, and can be brought back until then.`}
      submitLabel="Rotate"
      busy={update.isPending}
      failure={form.failure}
      autoComplete="off"
      onSubmit={form.submit(send)}
    >
      <ProviderFields provider={provider} isReplacing {...form.fields} />
      <Field label="Expires" hint="Of the new version; empty for no end.">
        <Input type="date" value={end} onChange={(event) => setEnd(event.target.value)} />
      </Field>
      <EndpointField registered={form.register('endpoint')} error={form.errorOf('endpoint')} />
    </FormDialogContent>
  );
}
