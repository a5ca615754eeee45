import type { BuildStage } from '../builder.ts';
import { withoutEnginePlace } from './engine-words.ts';

/** Why BuildKit gave up. */
export interface BuildFailure {
  /** The instruction that failed; undefined: no single one. */
  stage: string | undefined;
  cause: string;
  /** The last lines that the instruction wrote. */
  lastLines: readonly string[];
}

export interface ProgressReader {
  /** Lines for people, of one line of BuildKit's plain progress. */
  push(line: string): string[];
  failure(): BuildFailure | undefined;
  readonly stages: readonly BuildStage[];
}

const keptLines = 20;

/** An instruction as its author wrote it, without what davit put in. */
function titleOf(text: string): string {
  const plain = text.replaceAll(/ --mount=type=secret,id=davit-\S+/g, '');
  const [, generated] = /\["\/bin\/sh",\s*"-c",\s*": ' (.*?)'; /.exec(plain) ?? [];
  if (generated === undefined) return plain.replaceAll(/\s+/g, ' ');
  const [, stage = ''] = /^(\[[^\]]*\]) /.exec(plain) ?? [];
  return `${stage.replaceAll(/\s+/g, ' ')} RUN ${generated.replaceAll(/\\(["\\])/g, '$1')}`.trim();
}

/** A cause goes over several lines when the command does; its end is said again at the very end. */
function withExitCode(cause: string, line: string): string {
  const [code] = /exit code: \d+/.exec(line) ?? [];
  return code === undefined || /exit code: \d+/.test(cause) ? cause : `${cause} … ${code}`;
}

/** What BuildKit does for itself. */
const isInternal = (title: string) =>
  /^\[(?:internal|auth)\]/.test(title) || /^(?:exporting|importing|preparing)\b/.test(title);

/** A cache that is not there, or is refused, ends no build: without it everything is built. */
const isCacheImport = (title: string) => title.startsWith('importing cache manifest');

/**
 * Reads `--progress=plain` of BuildKit: which stage began, what it wrote, how long it took. What it returns depends on nothing
 * but the lines so far, so that another server that reads the same output again says the same.
 *
 * @param originalLines where a Dockerfile was changed, the original line for each of its lines
 */
export function createProgressReader(originalLines: readonly number[]): ProgressReader {
  const titles = new Map<string, string>();
  const outputs = new Map<string, string[]>();
  const stages: BuildStage[] = [];
  let failedStage: { title: string; cause: string; lastLines: readonly string[] } | undefined;
  let lastWords: string | undefined;
  let shown: string | undefined;

  const original = (text: string) =>
    text.replaceAll(
      /\b(Dockerfile:|dockerfile parse error (?:on )?line )(\d+)/g,
      (_whole, before: string, line: string) => {
        return `${before}${originalLines[Number(line) - 1] ?? line}`;
      },
    );

  /** What a stage writes goes under its title: stages run beside each other. */
  function under(id: string, lines: string[]): string[] {
    if (shown === id) return lines;
    shown = id;
    return [`— ${titles.get(id) ?? id}`, ...lines];
  }

  function ofStage(id: string, text: string): string[] {
    const title = titles.get(id);
    if (title === undefined) {
      titles.set(id, titleOf(text));
      return [];
    }
    if (titleOf(text) === title || text === '...' || /^sha256:[0-9a-f]{64}$/.test(text)) return [];
    const [, seconds] = /^DONE (\d+(?:\.\d+)?)s$/.exec(text) ?? [];
    if (seconds !== undefined) {
      if (isInternal(title)) return [];
      stages.push({ title, seconds: Number(seconds), cached: false });
      return under(id, [`  done in ${seconds} s`]);
    }
    if (text === 'CACHED') {
      stages.push({ title, seconds: 0, cached: true });
      return under(id, ['  unchanged, from the cache']);
    }
    if (text === 'CANCELED') return [];
    const [, said] = /^ERROR: ([\s\S]*)$/.exec(text) ?? [];
    if (said !== undefined) {
      if (isCacheImport(title)) return [];
      const cause = original(withoutEnginePlace(said));
      failedStage ??= { title, cause, lastLines: outputs.get(id) ?? [] };
      return under(id, [`  failed: ${cause}`]);
    }
    const [, written] = /^\d+\.\d+ ?([\s\S]*)$/.exec(text) ?? [];
    if (written === undefined)
      return isInternal(title) || /^(?:sha256:|transferring |extracting |resolve )/.test(text) ? [] : under(id, [text]);
    const kept = outputs.get(id) ?? [];
    if (written.trim() !== '') kept.push(written.trim().slice(0, 300));
    if (kept.length > keptLines) kept.shift();
    outputs.set(id, kept);
    return under(id, [written]);
  }

  return {
    stages,
    push(raw) {
      const line = raw.replace(/\r$/, '');
      const [, id, text = ''] = /^#(\d+) ?([\s\S]*)$/.exec(line) ?? [];
      if (id !== undefined) return ofStage(id, text);
      // The end of a failed build repeats what was said.
      if (line.trim() === '' || /^-+$/.test(line) || line.startsWith(' > ')) return [];
      if (failedStage !== undefined) failedStage.cause = withExitCode(failedStage.cause, line);
      lastWords = original(withoutEnginePlace(line.replace(/^ERROR: /, '').replace(/^error: /, '')));
      return failedStage === undefined ? [lastWords] : [];
    },
    failure() {
      if (failedStage !== undefined && !isInternal(failedStage.title))
        return { stage: failedStage.title, cause: failedStage.cause, lastLines: failedStage.lastLines };
      const cause = failedStage?.cause ?? lastWords;
      return cause === undefined ? undefined : { stage: undefined, cause, lastLines: [] };
    },
  };
}
