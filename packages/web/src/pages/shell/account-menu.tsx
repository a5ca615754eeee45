import { useNavigate } from '@tanstack/react-router';
import { CircleUser, LogOut, UserCog } from 'lucide-react';
import { useMe, useSignOut } from '../../data/use-session.ts';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../../ui/dropdown-menu.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { setThemeChoice, type ThemeChoice, useThemeChoice } from '../../ui/theme.ts';
import { UserText } from '../../ui/user-text.tsx';

const themes: readonly (readonly [ThemeChoice, string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** The user's own: account, theme, sign out. */
export function AccountMenu() {
  const { user, organization } = useMe();
  const theme = useThemeChoice();
  const signOut = useSignOut();
  const navigate = useNavigate();
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <IconButton label="Account" plain icon={<CircleUser className="size-5" />} busy={signOut.isPending} />
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="w-60">
        <div className="flex flex-col px-2 py-1.5">
          <UserText text={user.name} className="truncate font-medium" />
          <UserText text={user.email} className="truncate text-muted text-xs" />
          <span className="text-subtle text-xs">{organization.role}</span>
        </div>
        <DropdownMenuSeparator />
        <DropdownMenuItem icon={<UserCog aria-hidden />} onSelect={() => void navigate({ to: '/account' })}>
          Account and sessions
        </DropdownMenuItem>
        <DropdownMenuSeparator />
        <DropdownMenuLabel>Theme</DropdownMenuLabel>
        <DropdownMenuRadioGroup value={theme} onValueChange={(choice) => setThemeChoice(choice as ThemeChoice)}>
          {themes.map(([choice, name]) => (
            <DropdownMenuRadioItem key={choice} value={choice} onSelect={(event) => event.preventDefault()}>
              {name}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
        <DropdownMenuSeparator />
        <DropdownMenuItem
          icon={<LogOut aria-hidden />}
          onSelect={() => signOut.mutate(undefined, { onSuccess: () => void navigate({ to: '/sign-in' }) })}
        >
          Sign out
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
