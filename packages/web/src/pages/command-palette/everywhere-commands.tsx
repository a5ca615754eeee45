import { useNavigate } from '@tanstack/react-router';
import {
  Boxes,
  CircleUser,
  Cloud,
  Folder,
  GitBranch,
  History,
  KeyRound,
  Palette,
  ScrollText,
  Server,
  Settings,
  Users,
  Vault,
} from 'lucide-react';
import { useMemo } from 'react';
import { useProjects } from '../../data/use-projects.ts';
import { useCan, useMe } from '../../data/use-session.ts';
import { setThemeChoice } from '../../ui/theme.ts';
import type { Command } from './command-registry.ts';

/** What can be done on every page: go to a project or page, choose a theme. */
export function useEverywhereCommands(): readonly Command[] {
  const navigate = useNavigate();
  const projects = useProjects();
  const isAdmin = useCan('admin');
  const { isOperator } = useMe();
  return useMemo((): readonly Command[] => {
    const page = (
      id: string,
      title: string,
      icon: Command['icon'],
      to:
        | '/'
        | '/account'
        | `/organization/${'members' | 'tokens' | 'resources' | 'modules' | 'credentials' | 'stack-updates' | 'audit' | 'settings' | 'platform'}`,
    ): Command => ({
      id: `page:${id}`,
      title,
      group: 'Pages',
      icon,
      run: () => void navigate({ to }),
    });
    return [
      ...(projects.data ?? []).map(
        ({ id, name }): Command => ({
          id: `project:${id}`,
          title: name,
          group: 'Projects',
          icon: <Folder aria-hidden />,
          run: () => void navigate({ to: '/projects/$projectId', params: { projectId: id } }),
        }),
      ),
      page('projects', 'Projects', <Boxes aria-hidden />, '/'),
      page('members', 'Members', <Users aria-hidden />, '/organization/members'),
      page('tokens', 'API tokens', <KeyRound aria-hidden />, '/organization/tokens'),
      page('resources', 'Cloud resources', <Cloud aria-hidden />, '/organization/resources'),
      page('modules', 'Modules', <GitBranch aria-hidden />, '/organization/modules'),
      page('credentials', 'Credentials', <Vault aria-hidden />, '/organization/credentials'),
      page('stack-updates', 'Stack updates', <History aria-hidden />, '/organization/stack-updates'),
      ...(isAdmin ? [page('audit', 'Audit log', <ScrollText aria-hidden />, '/organization/audit')] : []),
      page('organization', 'Organization settings', <Settings aria-hidden />, '/organization/settings'),
      ...(isOperator
        ? [page('platform', 'Platform: backups and doctor', <Server aria-hidden />, '/organization/platform')]
        : []),
      page('account', 'Account and sessions', <CircleUser aria-hidden />, '/account'),
      ...(['light', 'dark', 'system'] as const).map(
        (choice): Command => ({
          id: `theme:${choice}`,
          title: choice === 'system' ? 'Theme as the system' : `${choice === 'light' ? 'Light' : 'Dark'} theme`,
          group: 'Actions',
          icon: <Palette aria-hidden />,
          keywords: ['colour', 'color', 'appearance', 'mode'],
          run: () => setThemeChoice(choice),
        }),
      ),
    ];
  }, [projects.data, isAdmin, isOperator, navigate]);
}
