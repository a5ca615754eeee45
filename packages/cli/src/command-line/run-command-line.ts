import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { type CatalogueEntry, catalogue } from '../catalogue.ts';
import { createStyle } from '../terminal/style.ts';
import { exitCodes } from './cli-error.ts';
import { type ErrorReport, explainError } from './explain-error.ts';

function readVersion(): string {
  const manifest = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

/** A command of which only the line in the list is known. */
function placeholder({ name, operands, summary }: CatalogueEntry): Command {
  return new Command(`${name}${operands === '' ? '' : ` ${operands.replace(/^-- /, '')}`}`).summary(summary);
}

/** The whole program, with the command that is called and the names of the others. */
async function createProgram(called: string | undefined): Promise<Command> {
  const program = new Command('davit')
    .description('From a folder or a repository to a live address.')
    .usage('<command> [options]')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this, or the help of a command')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText(
      'after',
      '\nBegin with:\n  davit up            deploy this folder\n  davit up --help     see what it can do',
    )
    .showSuggestionAfterError(true)
    // What comes after `davit run` belongs to the program that is run.
    .enablePositionalOptions()
    .exitOverride()
    // The errors are shown in one place, and as JSON where that was asked for.
    .configureOutput({ outputError: () => undefined });
  for (const entry of catalogue) {
    program.addCommand(entry.name === called ? await entry.load() : placeholder(entry));
  }
  return program;
}

/** The command that is called: the first word that is no option, or the one after `help`. */
function calledCommand(words: readonly string[]): string | undefined {
  const [first, second] = words.filter((word) => !word.startsWith('-'));
  return first === 'help' ? second : first;
}

/** `credential:create` is another spelling of `credential create`. */
function spelledOut(words: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words;
  const [group, member, ...more] = first.split(':');
  const isBoth = member !== undefined && more.length === 0 && catalogue.some(({ name }) => name === group);
  return isBoth ? [group ?? '', member, ...rest] : words;
}

function reportUsage(error: CommanderError): ErrorReport {
  const message = error.message.replace(/^error: /, '').replace(/\n/g, ' ');
  return {
    exitCode: exitCodes.wrongUsage,
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.)?]$/.test(message) ? '' : '.'}`,
    hint: 'See `davit --help` or `davit COMMAND --help`.',
    lines: [],
    details: { code: error.code },
  };
}

function show({ message, hint, lines, details, exitCode }: ErrorReport, json: boolean): void {
  const { stderr } = process;
  if (json) {
    stderr.write(`${JSON.stringify({ error: { message, hint, exitCode, ...details } }, null, 2)}\n`);
    return;
  }
  const style = createStyle(stderr.isTTY && !process.argv.includes('--json') && stderr.hasColors());
  const requestId = typeof details.requestId === 'string' ? style.dim(` (request ${details.requestId})`) : '';
  const text = [`${style.red('error:')} ${message}${requestId}`, ...lines];
  if (hint !== undefined) text.push(`${style.cyan('hint:')} ${hint}`);
  stderr.write(`${text.join('\n')}\n`);
}

/** Runs one command line. @returns the exit code */
export async function runCommandLine(given: readonly string[]): Promise<number> {
  const words = spelledOut(given);
  try {
    const program = await createProgram(calledCommand(words));
    if (words.length === 0) {
      program.outputHelp();
      return exitCodes.done;
    }
    await program.parseAsync(words, { from: 'user' });
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    // A group that was called without one of its members has shown its help.
    if (error instanceof CommanderError && error.code === 'commander.help') return exitCodes.wrongUsage;
    const report = error instanceof CommanderError ? reportUsage(error) : explainError(error);
    const options = words.slice(0, words.includes('--') ? words.indexOf('--') : undefined);
    show(report, options.includes('--json'));
    return report.exitCode;
  }
}
