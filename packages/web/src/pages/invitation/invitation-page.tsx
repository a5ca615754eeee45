import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { SegmentedControl } from '../../ui/segmented-control.tsx';
import { AccountForm } from '../register/index.ts';
import { EntryLayout, usePageTitle } from '../shell/index.ts';
import { takeInvitationToken } from './invitation-token.ts';
import { JoinForm } from './join-form.tsx';

/** Joins the organization that one was invited to, with a new account or the one that there is. */
export function InvitationPage() {
  usePageTitle('Accept an invitation');
  const navigate = useNavigate();
  // Read in the first rendering: the address is cleaned by it.
  const [fromLink] = useState(takeInvitationToken);
  const [typed, setTyped] = useState('');
  const [hasAccount, setHasAccount] = useState<'new' | 'existing'>('new');
  const token = fromLink === '' ? typed.trim() : fromLink;
  const done = (): void => void navigate({ to: '/' });
  return (
    <EntryLayout title="Accept an invitation" description="You join with the e-mail address that was invited.">
      {fromLink === '' ? (
        <Field label="Invitation token" hint="From the message of who invited you." required>
          <Input
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            spellCheck={false}
            autoCapitalize="none"
            mono
            inputSize="lg"
          />
        </Field>
      ) : null}
      <SegmentedControl
        aria-label="Account"
        value={hasAccount}
        onValueChange={setHasAccount}
        options={[
          { value: 'new', label: 'New account' },
          { value: 'existing', label: 'I have an account' },
        ]}
      />
      {hasAccount === 'new' ? (
        <AccountForm submitLabel="Join" invitationToken={token} onDone={done} />
      ) : (
        <JoinForm invitationToken={token} onDone={done} />
      )}
    </EntryLayout>
  );
}
