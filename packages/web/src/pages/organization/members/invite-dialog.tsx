import { useState } from 'react';
import { useApiForm } from '../../../data/forms/use-api-form.ts';
import { type CreatedInvitation, useCreateInvitation } from '../../../data/use-invitations.ts';
import { useMe } from '../../../data/use-session.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogClose, DialogContent } from '../../../ui/dialog.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormDialogContent } from '../../../ui/form-dialog.tsx';
import { Select } from '../../../ui/select.tsx';
import { useReturnFocus } from '../../../ui/use-return-focus.ts';
import { UserText } from '../../../ui/user-text.tsx';
import { EmailField, trimmed } from '../email-field.tsx';
import { grantableRoles, roleWords } from '../roles.ts';
import { ShownOnce } from '../shown-once.tsx';

/** Invites somebody by e-mail address, and shows the link to hand to them. */
export function InviteDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      {open ? <Invite /> : null}
    </Dialog>
  );
}

function Invite() {
  // The form, which had the focus, is gone when the link is shown.
  useReturnFocus();
  const [invitation, setInvitation] = useState<CreatedInvitation>();
  return invitation === undefined ? (
    <InviteForm onInvited={setInvitation} />
  ) : (
    <InvitationLink invitation={invitation} />
  );
}

function InviteForm({ onInvited }: { onInvited: (invitation: CreatedInvitation) => void }) {
  const { role: own } = useMe().organization;
  const create = useCreateInvitation();
  const form = useApiForm('createInvitation', {
    defaultValues: { email: '', role: 'developer' },
  });
  const onSubmit = form.submit(async (body) => onInvited(await create.mutateAsync(body)));
  return (
    <FormDialogContent
      title="Invite somebody"
      description="You get a link that works once, for seven days, with this address only. davit sends no e-mail: hand the link over yourself."
      submitLabel="Make link"
      busy={form.formState.isSubmitting}
      failure={form.failure}
      onSubmit={onSubmit}
    >
      <EmailField label="E-mail address" error={form.errorOf('email')} {...form.register('email', trimmed)} />
      <Field label="Role" hint={roleWords[form.watch('role')].may} error={form.errorOf('role')}>
        <Select
          value={form.watch('role')}
          onValueChange={(role) => form.setValue('role', role)}
          options={grantableRoles(own)}
        />
      </Field>
    </FormDialogContent>
  );
}

function InvitationLink({ invitation }: { invitation: CreatedInvitation }) {
  const { email, role, token } = invitation;
  // Behind the `#`: browsers send that to no server, so no log keeps the token.
  const link = `${window.location.origin}/invitation#${encodeURIComponent(token)}`;
  return (
    <DialogContent
      title="Invitation made"
      description={
        <>
          For <UserText text={email} className="break-all font-medium text-fg" />, who joins as{' '}
          {roleWords[role].title.toLowerCase()}.
        </>
      }
      footer={
        <DialogClose asChild>
          <Button variant="primary">Done</Button>
        </DialogClose>
      }
    >
      <ShownOnce label="Invitation link" secret={link}>
        davit keeps no copy. If it is lost, invite the same address again: the new link takes its place.
      </ShownOnce>
    </DialogContent>
  );
}
