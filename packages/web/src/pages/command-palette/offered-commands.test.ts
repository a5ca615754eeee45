import { expect, test } from 'vitest';
import type { Command } from './command-registry.ts';
import { offeredCommands } from './offered-commands.ts';

const command = (id: string, title: string, isOnlyFound = false): Command => ({
  id,
  title,
  group: 'Actions',
  isOnlyFound,
  run: () => undefined,
});
const ids = (commands: readonly Command[]) => commands.map(({ id }) => id);
const commands = [command('open', 'api'), command('deploy', 'Deploy: api', true), command('stop', 'Stop: api', true)];

test('what is only found is not there before something is typed', () => {
  expect(ids(offeredCommands(commands, ''))).toEqual(['open']);
  expect(ids(offeredCommands(commands, '  '))).toEqual(['open']);
});

test('it is found by all the words that are typed, in any order', () => {
  expect(ids(offeredCommands(commands, 'API depl'))).toEqual(['open', 'deploy']);
});

test('of very many only the first are offered', () => {
  const many = Array.from({ length: 400 }, (_, index) => command(`c${index}`, `Deploy: s${index}`, true));
  expect(offeredCommands(many, 'deploy')).toHaveLength(50);
});
