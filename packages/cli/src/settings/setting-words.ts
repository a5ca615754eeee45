import { wrongUsage } from '../command-line/cli-error.ts';
import { shownValue } from '../variables/shown-value.ts';

/** Settings that are text; what is assigned to another one is a JSON value: a number, true, a list. */
const textSettings: ReadonlySet<string> = new Set([
  'build.installCommand',
  'build.buildCommand',
  'build.startCommand',
  'build.builder',
  'build.dockerfilePath',
  'build.target',
  'build.platform',
  'healthCheck.path',
  'restart.policy',
  'releaseCommand',
  'schedule',
]);

type Settings = Record<string, unknown>;

function isGroup(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseValue(name: string, text: string): unknown {
  if (text === 'null' || text === '') return null;
  if (textSettings.has(name) || name.startsWith('responseHeaders.')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw wrongUsage(`"${text}" is no value for ${name}.`, {
      hint: 'Write a number, true, false, null or a JSON list.',
    });
  }
}

/** `name=value` and `group.name=value` as changes to the settings; whether they may be so is for the server to judge. */
export function parseSettings(words: readonly string[]): Settings {
  const patch: Settings = {};
  for (const word of words) {
    const [, name, text] = /^([A-Za-z]+(?:\.[A-Za-z0-9_-]+)?)=([\s\S]*)$/.exec(word) ?? [];
    if (name === undefined || text === undefined) {
      throw wrongUsage(`"${word}" is no assignment to a setting.`, {
        hint: 'Write NAME=value; `davit service settings` shows the names.',
      });
    }
    const [group = '', member] = name.split('.');
    const value = parseValue(name, text);
    if (member === undefined) patch[group] = value;
    else patch[group] = { ...(isGroup(patch[group]) ? patch[group] : {}), [member]: value };
  }
  return patch;
}

/** The settings as rows of name and value, with the names that {@link parseSettings} takes. */
export function formatSettings(settings: Settings, prefix = ''): string[][] {
  return Object.entries(settings).flatMap(([key, value]) => {
    const name = `${prefix}${key}`;
    // What is within a group is assigned as a whole.
    if (prefix === '' && isGroup(value) && Object.keys(value).length > 0) return formatSettings(value, `${name}.`);
    return [[name, typeof value === 'string' ? shownValue(value) : JSON.stringify(value)]];
  });
}

/** The same rows, with what the platform sets where a service says nothing. */
export function withDefaultLimits(rows: string[][], defaults: Readonly<Record<string, number | null>>): string[][] {
  return rows.map(([name = '', value = '']) => {
    const byDefault = Object.hasOwn(defaults, name) ? (defaults[name] ?? null) : null;
    return [name, value === 'null' && byDefault !== null ? `null (${byDefault} by default)` : value];
  });
}
