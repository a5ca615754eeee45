import { useNavigate } from '@tanstack/react-router';
import { AccountForm } from '../register/index.ts';
import { EntryLayout, usePageTitle } from '../shell/index.ts';

/** The first page of a new installation: whoever can read the server's claim token becomes its owner. */
export function ClaimPage() {
  usePageTitle('Claim this installation');
  const navigate = useNavigate();
  return (
    <EntryLayout
      title="Claim this installation"
      description="It has no owner yet. The claim token shows that the server is yours."
    >
      <AccountForm submitLabel="Claim" withClaimToken withOrganization onDone={() => void navigate({ to: '/' })} />
    </EntryLayout>
  );
}
