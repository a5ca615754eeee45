import { useEffect, useState } from 'react';
import { useApiForm } from '../../../data/forms/use-api-form.ts';
import { type Credential, useUpdateCredential } from '../../../data/use-credentials.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormDialogContent } from '../../../ui/form-dialog.tsx';
import { Input } from '../../../ui/input.tsx';
import {
  type CredentialScope,
  endOf,
  faultsOfScope,
  LABEL_IN_WORDS,
  parseLabels,
  toScope,
} from './credential-scope.ts';
import { ScopeFields } from './scope-fields.tsx';

export interface EditCredentialDialogProps {
  credential: Credential;
  open: boolean;
  onClose: () => void;
}

/** Changes the name, and where and how long a credential applies; its secrets stay. */
export function EditCredentialDialog({ credential, open, onClose }: EditCredentialDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onClose}>
      {open ? <Edit credential={credential} onDone={onClose} /> : null}
    </Dialog>
  );
}

function Edit({ credential, onDone }: { credential: Credential; onDone: () => void }) {
  const update = useUpdateCredential(credential.id);
  const [scope, setScope] = useState(() => toScope(credential));
  const form = useApiForm('updateCredential', {
    defaultValues: { name: credential.name, labels: credential.labels },
    patterns: { name: 'Lower-case letters, digits, dots and dashes, at most 63.', labels: LABEL_IN_WORDS },
  });
  const { register, setValue } = form;
  useEffect(() => {
    // Without elements of their own here: what the server says of them still finds its place.
    for (const path of ['labels', 'expiresAt'] as const) register(path);
  }, [register]);
  const change = (next: CredentialScope): void => {
    setScope(next);
    setValue('labels', parseLabels(next.labels) ?? {});
  };
  const onSubmit = form.submit(async ({ name }) => {
    const labels = parseLabels(scope.labels);
    if (labels === undefined) return;
    const isMoved = scope.end !== toScope(credential).end;
    await update.mutateAsync({
      ...(name === undefined || name === credential.name ? {} : { name }),
      labels,
      environmentId: scope.environmentId === '' ? null : scope.environmentId,
      ...(isMoved ? { expiresAt: endOf(scope.end) } : {}),
    });
    onDone();
  });
  return (
    <FormDialogContent
      title="Edit credential"
      submitLabel="Save"
      busy={update.isPending}
      failure={form.failure}
      onSubmit={onSubmit}
    >
      <Field label="Name" hint="Manifests that name it must follow." required error={form.errorOf('name')}>
        <Input {...register('name')} spellCheck={false} autoCapitalize="none" />
      </Field>
      <ScopeFields scope={scope} onScope={change} faults={faultsOfScope(scope, form)} />
    </FormDialogContent>
  );
}
