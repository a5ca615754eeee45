import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { catalogue } from './catalogue.ts';

const loaded = await Promise.all(catalogue.map(async (entry) => ({ entry, command: await entry.load() })));

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), outputError: () => undefined });
  command.outputHelp();
  return text;
}

test('the list says of a command what the command says of itself', () => {
  for (const { entry, command } of loaded) {
    expect(command.name()).toBe(entry.name);
    expect(command.summary()).toBe(entry.summary);
  }
});

test('what the contract keeps for later is not offered', () => {
  const names = catalogue.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['up', 'serve', 'deploy', 'logs', 'status', 'ps', 'open', 'rollback', 'env']),
  );
  for (const later of ['db', 'volume', 'secrets']) {
    expect(names).not.toContain(later);
  }
});

test.each(loaded.flatMap(({ command }) => leaves(command)).map((command) => [command.name(), command] as const))(
  '%s has --json, --quiet, and help with an example',
  (_name, command) => {
    const flags = command.options.map(({ long }) => long);
    expect(flags).toEqual(expect.arrayContaining(['--json', '--quiet']));
    expect(helpOf(command)).toMatch(/Examples:\n {2}\S*.*davit /);
  },
);
