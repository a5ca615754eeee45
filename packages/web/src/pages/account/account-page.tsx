import { useMe } from '../../data/use-session.ts';
import { UserText } from '../../ui/user-text.tsx';
import { usePageTitle } from '../shell/index.ts';
import { NameCard } from './name-card.tsx';
import { PasswordCard } from './password-card.tsx';
import { SessionsCard } from './sessions-card.tsx';

/** The user's own: name, password, and where they are signed in. */
export function AccountPage() {
  usePageTitle('Account');
  const { user } = useMe();
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-5 px-4 py-6 sm:py-8">
      <header className="flex flex-col gap-0.5">
        <h1 className="font-semibold text-2xl">Account</h1>
        <UserText text={user.email} className="text-muted text-sm" />
      </header>
      <NameCard />
      <PasswordCard />
      <SessionsCard />
    </div>
  );
}
