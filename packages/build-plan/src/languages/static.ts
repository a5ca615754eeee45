import { type Detection, type DetectionContext, firstExisting, type LanguageDetector } from '../detection.ts';
import { parseYaml } from '../parse-file.ts';
import { joinInside, type SourceFolder } from '../source-folder.ts';
import { textOf, valueAt } from '../unknown-value.ts';

/** Where a site's files usually lie, nearest first. */
const FOLDERS = ['.', 'public', 'dist', 'build', '_site', 'site', 'out', 'www', 'docs'];

/** HTML as it is: `index.html`, or a `Staticfile` that names the folder. */
export const staticSite: LanguageDetector = { language: 'static', detect };

async function detect({ source }: DetectionContext): Promise<Detection | undefined> {
  const named = await folderOfStaticfile(source);
  let folder = named;
  for (const candidate of named === undefined ? FOLDERS : []) {
    if ((await source.kindOf(joinInside(candidate, 'index.html'))) !== 'file') continue;
    folder = candidate;
    break;
  }
  if (folder === undefined) return undefined;
  const fallback = (await firstExisting(source.within(folder), ['200.html'])) ?? null;
  return {
    language: 'static',
    framework: null,
    packageManager: null,
    toolchains: [],
    steps: [],
    start: { kind: 'static', site: { folder, fallback } },
    environment: {},
    pathFolders: [],
    reasons: [
      named === undefined
        ? `${joinInside(folder, 'index.html')} is there and nothing to build: the files are served as they are.`
        : `Staticfile names the folder ${folder}: its files are served as they are.`,
      ...(fallback === null ? [] : [`${fallback} answers paths that are not files.`]),
    ],
    warnings: [],
  };
}

async function folderOfStaticfile(source: SourceFolder): Promise<string | undefined> {
  const text = await source.readText('Staticfile');
  if (text === undefined) return undefined;
  return joinInside(textOf(valueAt(parseYaml(text, 'Staticfile'), 'root')) ?? '.');
}
