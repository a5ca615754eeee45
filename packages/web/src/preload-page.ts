import { askEarly } from './data/early-answers.ts';

/**
 * Starts all that the page of a project needs at once. Otherwise each would wait for another: the shell for who is signed in, the page for the shell, the
 * environments for the page, what is in the first of them for those, and the canvas for the page.
 */
export function preloadPage({ pathname, search }: Pick<Location, 'pathname' | 'search'>): void {
  const id = /^\/projects\/(\w+)\/?$/.exec(pathname)?.[1];
  if (id === undefined) return;
  const project = `/v1/projects/${id}`;
  const environment = new URLSearchParams(search).get('environment');
  const overview =
    environment === null ? '?usage=false' : `?environmentId=${encodeURIComponent(environment)}&usage=false`;
  for (const path of ['/auth/me', project, `${project}/environments`, `${project}/overview${overview}`]) askEarly(path);
  const parts = [
    import('./pages/shell/app-shell.tsx'),
    import('./pages/project/project-page.tsx'),
    import('./pages/project/canvas/workspace.tsx'),
  ];
  // The router, which needs them too, says what went wrong.
  void Promise.allSettled(parts);
}
