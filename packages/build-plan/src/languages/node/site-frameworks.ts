import { joinInside, type SourceFolder } from '../../source-folder.ts';
import { keysOf, recordOf, textOf, valueAt } from '../../unknown-value.ts';
import { type Framework, frameworkPlan, readConfig, settingOf, site } from './framework.ts';

/** A tool that builds files into one folder. `fallback` is null where every page is a file of its own. */
function siteTool(
  name: string,
  packageName: string,
  build: string[],
  folder: string | ((source: SourceFolder) => Promise<string>),
  fallback: string | null,
  buildCaches: string[] = [],
): Framework {
  return {
    name,
    package: packageName,
    plan: async (source) => {
      const out = typeof folder === 'string' ? folder : await folder(source);
      return frameworkPlan({
        build,
        start: site(out, fallback),
        buildCaches,
        reasons: [
          `${name} builds files: the folder ${out} is served${fallback === null ? '' : `, and ${fallback} answers paths that are not files`}.`,
        ],
      });
    },
  };
}

/** Angular's builders since 17 put the browser's part into a folder of its own. */
async function folderOfAngular(source: SourceFolder): Promise<string> {
  const workspace = await source.readJsonc('angular.json');
  const name = textOf(valueAt(workspace, 'defaultProject')) ?? keysOf(valueAt(workspace, 'projects'))[0] ?? 'app';
  const build = valueAt(workspace, 'projects', name, 'architect', 'build');
  const output = valueAt(build, 'options', 'outputPath');
  const base = textOf(output) ?? textOf(valueAt(output, 'base')) ?? `dist/${name}`;
  const builder = textOf(valueAt(build, 'builder')) ?? '';
  const isNested = builder.endsWith(':application') && textOf(valueAt(output, 'browser')) !== '';
  const browser = recordOf(output) === undefined ? 'browser' : (textOf(valueAt(output, 'browser')) ?? 'browser');
  return isNested ? joinInside(base, browser) : joinInside(base);
}

const outDirOf = (config: string, fallback: string) => async (source: SourceFolder) =>
  settingOf(await readConfig(source, config), 'outDir') ?? fallback;

/** Tools whose result is files, the more special ones first: many of them bring Vite along. */
export const siteFrameworks: readonly Framework[] = [
  siteTool('gatsby', 'gatsby', ['gatsby', 'build'], 'public', null, ['.cache', 'public']),
  siteTool('docusaurus', '@docusaurus/core', ['docusaurus', 'build'], 'build', null),
  siteTool('vitepress', 'vitepress', ['vitepress', 'build', 'docs'], 'docs/.vitepress/dist', null),
  siteTool('eleventy', '@11ty/eleventy', ['eleventy'], '_site', null),
  siteTool('angular', '@angular/cli', ['ng', 'build'], folderOfAngular, 'index.html', ['.angular/cache']),
  siteTool('create-react-app', 'react-scripts', ['react-scripts', 'build'], 'build', 'index.html'),
  siteTool(
    'vue-cli',
    '@vue/cli-service',
    ['vue-cli-service', 'build'],
    async (source) => settingOf(await readConfig(source, 'vue.config'), 'outputDir') ?? 'dist',
    'index.html',
  ),
  siteTool('rsbuild', '@rsbuild/core', ['rsbuild', 'build'], 'dist', 'index.html'),
  siteTool('parcel', 'parcel', ['parcel', 'build'], 'dist', 'index.html', ['.parcel-cache']),
  siteTool('vite', 'vite', ['vite', 'build'], outDirOf('vite.config', 'dist'), 'index.html'),
];
