import { ApiError } from '@davit/api';
import { wrongUsage } from '../command-line/cli-error.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import type { ManifestText } from './read-manifests.ts';

const lineOf = (fault: string): number => Number(/^line (\d+)/.exec(fault)?.[1] ?? 0);

/** A fault with its place in the file that it is in, where the text was put together from several. */
function placeInFile(fault: string, { files }: ManifestText): string {
  const line = lineOf(fault);
  const file = files.findLast(({ firstLine }) => firstLine <= line);
  if (file === undefined) return fault;
  return `${file.path}, ${fault.replace(/^line \d+/, `line ${line - file.firstLine + 1}`)}`;
}

/** What was thrown about these manifests: where davit refuses them, with the places that people can go to. */
export function explainManifestError(thrown: unknown, manifests: ManifestText): unknown {
  if (!(thrown instanceof ApiError)) return thrown;
  const { code, status, requestId } = thrown.problem;
  const details = { code, status, requestId };
  if (code === 'BODY_TOO_LARGE') {
    const hint = 'Give fewer of them at once; a manifest is some kilobytes.';
    return wrongUsage('The manifests are larger than davit takes.', { hint, details, cause: thrown });
  }
  if (code !== 'MANIFEST_INVALID') return thrown;
  const errors = thrown.problem.errors
    .toSorted((one, other) => lineOf(one.detail) - lineOf(other.detail))
    .map(({ pointer, detail }) => ({ pointer, detail: sanitizeLine(placeInFile(detail, manifests)) }));
  const [first, ...others] = errors.map(({ detail }) => detail);
  return wrongUsage(`The manifest cannot be used: ${first ?? sanitizeLine(thrown.problem.detail)}`, {
    lines: others.map((fault) => `  ${fault}`),
    hint: 'Nothing is stored. `davit resource explain KIND` lists the fields of a kind.',
    details: { ...details, errors },
    cause: thrown,
  });
}
