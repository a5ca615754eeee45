import {
  type Detection,
  type DetectionContext,
  existing,
  firstExisting,
  type LanguageDetector,
  type Start,
  stepIn,
  unknownStart,
} from '../../detection.ts';
import type { Toolchain } from '../../plan.ts';
import { joinInside, type SourceFolder } from '../../source-folder.ts';
import { startFixedJar, startJar, startScriptIn } from './jar-start.ts';
import { findJava } from './java-version.ts';

/** Java and Kotlin with Gradle, by its wrapper or the host's. */
export const gradle: LanguageDetector = { language: 'java', detect };

interface Program {
  /** Project that makes it, relative to the service. */
  folder: string;
  task: string;
  framework: string | null;
  start: Start;
}

async function detect({ source, repository }: DetectionContext): Promise<Detection | undefined> {
  const files = await existing(source, ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts']);
  if (files.length === 0) return undefined;
  const hasWrapper =
    (await firstExisting(source, ['gradlew'])) !== undefined &&
    (await source.exists('gradle/wrapper/gradle-wrapper.properties'));
  const scripts = await readScripts(source);
  const program = findProgram(scripts);
  const task = program.folder === '.' ? program.task : `:${program.folder.replaceAll('/', ':')}:${program.task}`;
  const command = hasWrapper ? ['/bin/sh', './gradlew'] : ['gradle'];
  const gradleTool: Toolchain = { name: 'gradle', wanted: '>=7', source: 'default', from: 'host' };
  const folders = source.folder === '.' ? [source] : [source, repository];
  return {
    language: 'java',
    framework: program.framework,
    packageManager: 'gradle',
    toolchains: [await findJava(folders, compiledFor(scripts)), ...(hasWrapper ? [] : [gradleTool])],
    steps: [
      stepIn(source, {
        name: 'build',
        // Without its daemon: nothing of a build may outlive it.
        commands: [[...command, '--no-daemon', '--console=plain', task]],
        cacheFolders: ['.gradle'],
        homeCacheFolders: ['.gradle/caches', '.gradle/wrapper'],
        reason: `Gradle runs ${task}; downloads are kept.`,
      }),
    ],
    start: program.start,
    environment: {},
    pathFolders: [],
    reasons: [
      `${files[0]} says Java with Gradle${hasWrapper ? ', by the wrapper gradlew' : ''}.`,
      `${task} makes the program${program.framework === null ? '' : ` (${program.framework})`}.`,
    ],
    warnings: [],
  };
}

/** Texts of the build scripts by project folder, the root's first. They are programs, so they are searched, not read. */
async function readScripts(source: SourceFolder): Promise<Map<string, string>> {
  const scripts = new Map<string, string>();
  for (const file of await source.find('**/build.gradle{,.kts}')) {
    const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
    if (scripts.size >= 200 || folder.startsWith('buildSrc')) continue;
    const text = (await source.readText(file)) ?? '';
    scripts.set(folder, text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/[^\n]*/g, ''));
  }
  return new Map([...scripts].sort(([a], [b]) => (a === '.' ? -1 : b === '.' ? 1 : a < b ? -1 : 1)));
}

const PLUGINS: readonly {
  pattern: RegExp;
  task: string;
  framework: string | null;
  start: (libs: string, folder: string) => Start;
}[] = [
  {
    pattern: /\bio\.quarkus\b/,
    task: 'quarkusBuild',
    framework: 'quarkus',
    start: (_libs, folder) => startFixedJar(joinInside(folder, 'build/quarkus-app/quarkus-run.jar'), 'quarkus'),
  },
  {
    pattern: /\borg\.springframework\.boot\b(?!['"]\)?[^\n]*apply\s*\(?false)/,
    task: 'bootJar',
    framework: 'spring-boot',
    start: (libs) => startJar(libs, 'spring-boot'),
  },
  {
    pattern: /\bcom\.(?:gradleup|github\.johnrengelman)\.shadow\b/,
    task: 'shadowJar',
    framework: null,
    start: (libs) => withOnlyShadow(startJar(libs, null)),
  },
  {
    pattern: /\bid\s*\(?\s*['"]application['"]|^\s*application\s*$|\bapply\s+plugin:\s*['"]application['"]/m,
    task: 'installDist',
    framework: null,
    start: (_libs, folder) => startScriptIn(joinInside(folder, 'build/install/*/bin')),
  },
  { pattern: /['"]?Main-Class['"]?/, task: 'jar', framework: null, start: (libs) => startJar(libs, null) },
];

function findProgram(scripts: Map<string, string>): Program {
  for (const plugin of PLUGINS) {
    for (const [folder, text] of scripts) {
      if (!plugin.pattern.test(text)) continue;
      return {
        folder,
        task: plugin.task,
        framework: plugin.framework,
        start: plugin.start(joinInside(folder, 'build/libs'), folder),
      };
    }
  }
  const problem = unknownStart(
    'No project of this Gradle build makes a program.',
    'Apply the plugin "application", or set the start command of the service.',
  );
  return { folder: '.', task: 'build', framework: null, start: problem };
}

/** The plain jar lies beside the complete one, whose name the plugin marks. */
function withOnlyShadow(start: Start): Start {
  if (start.kind !== 'processes') return start;
  const processes = start.processes.map((process) =>
    process.artifact === null
      ? process
      : { ...process, artifact: { ...process.artifact, glob: process.artifact.glob.replace('*.jar', '*-all.jar') } },
  );
  return { kind: 'processes', processes };
}

function compiledFor(scripts: Map<string, string>): { version: string; source: string } | undefined {
  const text = [...scripts.values()].join('\n');
  const version =
    /JavaLanguageVersion\.of\(\s*['"]?(\d+)/.exec(text)?.[1] ??
    /jvmToolchain\(\s*(\d+)/.exec(text)?.[1] ??
    /(?:source|target)Compatibility\s*=?\s*\(?\s*(?:JavaVersion\.)?['"]?((?:VERSION_)?[\d._]+)/.exec(text)?.[1];
  return version === undefined ? undefined : { version, source: 'build.gradle' };
}
