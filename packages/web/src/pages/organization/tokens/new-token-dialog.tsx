import { useState } from 'react';
import { useApiForm } from '../../../data/forms/use-api-form.ts';
import { type CreatedApiToken, useCreateApiToken } from '../../../data/use-api-tokens.ts';
import { useMe } from '../../../data/use-session.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogClose, DialogContent } from '../../../ui/dialog.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormDialogContent } from '../../../ui/form-dialog.tsx';
import { Input } from '../../../ui/input.tsx';
import { RadioGroup } from '../../../ui/radio-group.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Select } from '../../../ui/select.tsx';
import { useReturnFocus } from '../../../ui/use-return-focus.ts';
import { UserText } from '../../../ui/user-text.tsx';
import { ShownOnce } from '../shown-once.tsx';
import { expiryOf, type Lifetime, lifetimes, scopes, scopesOf } from './token-choices.ts';

/** Makes an API token and shows its text, once. */
export function NewTokenDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      {open ? <NewToken /> : null}
    </Dialog>
  );
}

function NewToken() {
  // The form, which had the focus, is gone when the text is shown.
  useReturnFocus();
  const [token, setToken] = useState<CreatedApiToken>();
  return token === undefined ? <NewTokenForm onCreated={setToken} /> : <TokenText token={token} />;
}

function NewTokenForm({ onCreated }: { onCreated: (token: CreatedApiToken) => void }) {
  const { role } = useMe().organization;
  const create = useCreateApiToken();
  const [lifetime, setLifetime] = useState<Lifetime>('90');
  const form = useApiForm('createApiToken', { defaultValues: { name: '', scope: 'read' } });
  const onSubmit = form.submit(async (body) => {
    const expiresAt = expiryOf(lifetime, Date.now());
    onCreated(await create.mutateAsync({ ...body, ...(expiresAt === undefined ? {} : { expiresAt }) }));
  });
  return (
    <FormDialogContent
      title="New API token"
      submitLabel="Make token"
      busy={form.formState.isSubmitting}
      failure={form.failure}
      onSubmit={onSubmit}
    >
      <Field
        label="Name"
        hint="What it is for: it is all that tells one token from another."
        error={form.errorOf('name')}
        required
      >
        <Input {...form.register('name')} />
      </Field>
      <Field label="Scope" error={form.errorOf('scope')}>
        <RadioGroup
          value={form.watch('scope')}
          onValueChange={(scope) => form.setValue('scope', scope)}
          options={scopesOf(role).map((scope) => ({
            value: scope,
            label: scopes[scope].title,
            description: scopes[scope].may,
          }))}
        />
      </Field>
      <Field label="Expires after">
        <Select value={lifetime} onValueChange={setLifetime} options={lifetimes} />
      </Field>
    </FormDialogContent>
  );
}

function TokenText({ token }: { token: CreatedApiToken }) {
  return (
    <DialogContent
      title="API token made"
      description={
        <>
          <UserText text={token.name} className="break-words font-medium text-fg" />, scope{' '}
          {scopes[token.scope].title.toLowerCase()}
          {token.expiresAt === null ? (
            ', without an end'
          ) : (
            <>
              , expires <RelativeTime plain at={token.expiresAt} />
            </>
          )}
          .
        </>
      }
      footer={
        <DialogClose asChild>
          <Button variant="primary">Done</Button>
        </DialogClose>
      }
    >
      <ShownOnce label="API token" secret={token.token}>
        davit keeps no copy. Put it where the program keeps its secrets; if it is lost, revoke it and make another.
      </ShownOnce>
    </DialogContent>
  );
}
