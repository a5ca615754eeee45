import type { Command } from './command-registry.ts';

/** A canvas of 200 services has 1,000 of them: drawing them all would make each key wait. */
const MOST_FOUND = 50;

/**
 * The commands that are worth ranking for what was typed. Those that are only found need each of its words somewhere; of them the first
 * 50 are taken.
 */
export function offeredCommands(commands: readonly Command[], search: string): readonly Command[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  return commands.filter((command) => {
    if (command.isOnlyFound !== true) return true;
    if (words.length === 0 || found >= MOST_FOUND) return false;
    const text = [command.title, ...(command.keywords ?? [])].join(' ').toLowerCase();
    if (!words.every((word) => text.includes(word))) return false;
    found += 1;
    return true;
  });
}
