import { Link, useNavigate } from '@tanstack/react-router';
import { EntryLayout, usePageTitle } from '../shell/index.ts';
import { AccountForm } from './account-form.tsx';

/** Makes an account with an organization of its own, where the installation allows that to everybody. */
export function RegisterPage() {
  usePageTitle('Make an account');
  const navigate = useNavigate();
  return (
    <EntryLayout
      title="Make an account"
      description="It comes with an organization of your own, to which you can invite others."
      footer={
        <Link to="/sign-in" className="text-accent-text underline underline-offset-3">
          I have an account
        </Link>
      }
    >
      <AccountForm submitLabel="Make account" withOrganization onDone={() => void navigate({ to: '/' })} />
    </EntryLayout>
  );
}
