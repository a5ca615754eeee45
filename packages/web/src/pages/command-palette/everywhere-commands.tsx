import { useNavigate } from '@tanstack/react-router';
import { Boxes, CircleUser, Folder, KeyRound, Palette, ScrollText, Settings, Users } from 'lucide-react';
import { useMemo } from 'react';
import { useProjects } from '../../data/use-projects.ts';
import { useCan } from '../../data/use-session.ts';
import { setThemeChoice } from '../../ui/theme.ts';
import type { Command } from './command-registry.ts';

/** What can be done on every page: go to a project or page, choose a theme. */
export function useEverywhereCommands(): readonly Command[] {
  const navigate = useNavigate();
  const projects = useProjects();
  const isAdmin = useCan('admin');
  return useMemo((): readonly Command[] => {
    const page = (
      id: string,
      title: string,
      icon: Command['icon'],
      to: '/' | '/account' | `/organization/${'members' | 'tokens' | 'audit' | 'settings'}`,
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
      ...(isAdmin ? [page('audit', 'Audit log', <ScrollText aria-hidden />, '/organization/audit')] : []),
      page('organization', 'Organization settings', <Settings aria-hidden />, '/organization/settings'),
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
  }, [projects.data, isAdmin, navigate]);
}
