import { useSyncExternalStore } from 'react';
import { useMediaQuery } from './use-media-query.ts';

/** What somebody chose: one of the two, or whatever the system says. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'theme';
const listeners = new Set<() => void>();

function stored(): ThemeChoice {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    // Storage is switched off: then the system's theme it is.
    return 'system';
  }
}

function apply(choice: ThemeChoice): void {
  if (choice === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
}

/** Sets the stored theme; to be called before the first rendering. */
export function applyStoredTheme(): void {
  apply(stored());
}

/** Sets the theme and remembers it. */
export function setThemeChoice(choice: ThemeChoice): void {
  apply(choice);
  try {
    if (choice === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // It holds for this page then.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The choice, again when it changes. */
export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(
    subscribe,
    () => (document.documentElement.dataset.theme as ThemeChoice | undefined) ?? 'system',
  );
}

/** Whether the page is dark now, for what draws its colours itself (charts, the terminal). */
export function useIsDark(): boolean {
  const isSystemDark = useMediaQuery('(prefers-color-scheme: dark)');
  const choice = useThemeChoice();
  return choice === 'system' ? isSystemDark : choice === 'dark';
}

/** A colour of the theme (`--color-accent`) as the browser computes it at an element, in a form that a canvas takes. */
export function themeColor(name: `--color-${string}`, at: Element = document.body): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  probe.style.display = 'none';
  at.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}
