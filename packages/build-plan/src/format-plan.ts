import type { BuildPlan, PlanStep } from './plan.ts';

/**
 * The plan as lines for a terminal: what `davit plan` prints. Names of files are strangers' data, so control characters, which
 * a terminal would obey, are shown as escapes.
 */
export function formatPlan(plan: BuildPlan): string {
  const lines = [
    row('Language', [plan.language, plan.framework].filter((part) => part !== null).join(', ')),
    ...(plan.packageManager === null ? [] : [row('Packages', plan.packageManager)]),
    ...(plan.rootFolder === '.' ? [] : [row('Root folder', plan.rootFolder)]),
    ...plan.toolchains.map((tool, index) =>
      row(
        index === 0 ? 'Needs' : '',
        `${tool.name} ${tool.wanted} (${tool.source}; ${tool.from === 'registry' ? 'fetched by davit' : 'from the host'})`,
      ),
    ),
    ...plan.steps.flatMap(formatStep),
    ...(plan.release === null ? [] : [row('Release', commandText(plan.release))]),
    ...plan.processes.map((process) => row(`Start ${process.name}`, commandText(process.argv, process.artifact?.glob))),
    ...(plan.staticSite === null
      ? []
      : [
          row(
            'Serve',
            `${plan.staticSite.folder}${plan.staticSite.fallback === null ? '' : `, unknown paths by ${plan.staticSite.fallback}`}`,
          ),
        ]),
    ...Object.entries(plan.environment).map(([name, value], index) =>
      row(index === 0 ? 'Variables' : '', `${name}=${value}`),
    ),
    '',
    'Why',
    ...plan.reasons.map((reason) => `  - ${reason}`),
    ...(plan.warnings.length === 0 ? [] : ['', 'Warnings', ...plan.warnings.map((warning) => `  ! ${warning}`)]),
  ];
  return `${lines.map(visible).join('\n')}\n`;
}

const LABEL_WIDTH = 14;

function row(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH - 1)} ${text}`.trimEnd();
}

function formatStep(step: PlanStep): string[] {
  const label = step.name === 'install' ? 'Install' : 'Build';
  const place = step.folder === '.' ? '' : ` (in ${step.folder})`;
  const commands = step.commands.map((command, index) =>
    row(index === 0 ? label : '', `${commandText(command)}${place}`),
  );
  const kept = [...step.cacheFolders, ...step.homeCacheFolders.map((folder) => `~/${folder}`)];
  if (kept.length === 0) return commands;
  const shown = kept.length > 4 ? [...kept.slice(0, 4), `and ${kept.length - 4} more`] : kept;
  const how = step.cacheMode === 'exact' ? 'reused while its inputs are the same' : 'kept between builds';
  return [...commands, row('', `  ${shown.join(', ')}: ${how}`)];
}

/** An argv as a person would type it: the shell that carries a user's own text is left out, long programs are shortened. */
function commandText(argv: readonly string[], artifact?: string): string {
  const [shell, option, text] = argv;
  if (shell === '/bin/sh' && option === '-c' && text !== undefined) {
    const parameters = argv.slice(4).map((part) => quote(part, artifact));
    if (parameters.length === 0) return text;
    return text
      .replace(/^exec /, '')
      .replace('"$@"', () => parameters.join(' '))
      .replace('"$1"', () => parameters[0] ?? '');
  }
  return argv.map((part) => quote(part, artifact)).join(' ');
}

function quote(part: string, artifact: string | undefined): string {
  if (part === '{artifact}' && artifact !== undefined) return artifact;
  if (part.includes('\n')) return "'…'";
  return /^[\w@%+=:,./{}*-]+$/.test(part) ? part : `'${part.replaceAll("'", `'\\''`)}'`;
}

function visible(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
