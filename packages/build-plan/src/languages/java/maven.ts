import {
  ambiguousStart,
  type Detection,
  type DetectionContext,
  firstExisting,
  type LanguageDetector,
  type Start,
  stepIn,
  unknownStart,
} from '../../detection.ts';
import type { Toolchain } from '../../plan.ts';
import { invalidFile } from '../../plan-error.ts';
import { joinInside, type SourceFolder } from '../../source-folder.ts';
import { type JavaFramework, startFixedJar, startJar } from './jar-start.ts';
import { findJava } from './java-version.ts';

/** Java with Maven, by its wrapper or the host's. */
export const maven: LanguageDetector = { language: 'java', detect };

async function detect({ source, repository }: DetectionContext): Promise<Detection | undefined> {
  const pom = await readPom(source);
  if (pom === undefined) return undefined;
  const hasWrapper =
    (await firstExisting(source, ['mvnw'])) !== undefined &&
    (await source.exists('.mvn/wrapper/maven-wrapper.properties'));
  const modules = await findPrograms(source, pom);
  const program = modules[0];
  const isOwn = program?.folder === '.';
  const selection = program === undefined || isOwn ? [] : ['--projects', program.folder, '--also-make'];
  // Through sh, not by itself: an upload may have lost the run bit.
  const command = hasWrapper ? ['/bin/sh', './mvnw'] : ['mvn'];
  const mavenTool: Toolchain = { name: 'maven', wanted: '>=3.6', source: 'default', from: 'host' };
  const folders = source.folder === '.' ? [source] : [source, repository];
  return {
    language: 'java',
    framework: program === undefined ? null : frameworkOf(program.pom),
    packageManager: 'maven',
    toolchains: [await findJava(folders, compiledFor(pom, program?.pom)), ...(hasWrapper ? [] : [mavenTool])],
    steps: [
      stepIn(source, {
        name: 'build',
        commands: [[...command, '--batch-mode', '--no-transfer-progress', '-DskipTests', ...selection, 'package']],
        homeCacheFolders: ['.m2/repository', '.m2/wrapper'],
        reason: `Maven packages ${isOwn || program === undefined ? 'the project' : `the module ${program.folder} and what it needs`}; downloads are kept.`,
      }),
    ],
    start: startOf(modules),
    environment: {},
    pathFolders: [],
    reasons: [
      `pom.xml says Java with Maven${hasWrapper ? ', by the wrapper mvnw' : ''}.`,
      ...(program === undefined || isOwn ? [] : [`The module ${program.folder} is the one that makes a program.`]),
    ],
    warnings: [],
  };
}

interface Module {
  folder: string;
  pom: string;
}

/** Text of a pom.xml without comments. It is searched, not interpreted: inheritance and profiles are Maven's to resolve. */
async function readPom(folder: SourceFolder): Promise<string | undefined> {
  const text = await folder.readText('pom.xml');
  if (text === undefined) return undefined;
  if (!/<project[\s>]/.test(text) || !/<\/project>\s*$/.test(text)) {
    throw invalidFile(
      joinInside(folder.folder, 'pom.xml'),
      'not a Maven project: the element <project> is not there or not closed',
    );
  }
  return text.replace(/<!--[\s\S]*?-->/g, '');
}

function elementOf(pom: string, name: string): string | undefined {
  return new RegExp(`<${name}>\\s*([^<\\s]+)\\s*</${name}>`).exec(pom)?.[1];
}

/** The project itself, or those of its modules that make something to start. */
async function findPrograms(source: SourceFolder, pom: string): Promise<Module[]> {
  const names = [...pom.matchAll(/<module>\s*([^<]+?)\s*<\/module>/g)].map((match) => match[1] ?? '');
  if (names.length === 0) return [{ folder: '.', pom }];
  const modules: Module[] = [];
  for (const name of names.slice(0, 200)) {
    const folder = joinInside(name);
    const text = await readPom(source.within(folder));
    if (text !== undefined && isProgram(text)) modules.push({ folder, pom: text });
  }
  return modules;
}

function isProgram(pom: string): boolean {
  return (
    frameworkOf(pom) !== null || /<mainClass>|<Main-Class>/.test(pom) || /<artifactId>maven-shade-plugin</.test(pom)
  );
}

function frameworkOf(pom: string): JavaFramework {
  if (/<artifactId>quarkus-maven-plugin</.test(pom)) return 'quarkus';
  if (/<artifactId>spring-boot-maven-plugin</.test(pom)) return 'spring-boot';
  return /<artifactId>micronaut-maven-plugin</.test(pom) ? 'micronaut' : null;
}

function startOf(modules: Module[]): Start {
  const [program] = modules;
  if (program === undefined) {
    return unknownStart(
      "None of the modules makes a program: no main class and no framework's plugin.",
      'Set the start command of the service, or its root folder to one module.',
    );
  }
  if (modules.length > 1) {
    return ambiguousStart(
      'modules',
      modules.map((module) => module.folder),
      'Set the start command of the service, such as "java -jar MODULE/target/NAME.jar".',
    );
  }
  const framework = frameworkOf(program.pom);
  if (framework === 'quarkus')
    return startFixedJar(joinInside(program.folder, 'target/quarkus-app/quarkus-run.jar'), framework);
  const isWar = elementOf(program.pom, 'packaging') === 'war';
  if (isWar && framework === null) {
    return unknownStart(
      'The project makes a war, which needs a servlet container.',
      'Package a jar with a main class, or set the start command of the service.',
    );
  }
  return startJar(joinInside(program.folder, 'target'), framework, isWar ? 'war' : 'jar');
}

function compiledFor(...poms: (string | undefined)[]): { version: string; source: string } | undefined {
  for (const pom of poms) {
    for (const name of [
      'maven.compiler.release',
      'java.version',
      'maven.compiler.target',
      'maven.compiler.source',
      'release',
      'target',
    ]) {
      const version = pom === undefined ? undefined : elementOf(pom, name);
      if (version !== undefined && /^[\d.]+$/.test(version)) return { version, source: `pom.xml ${name}` };
    }
  }
  return undefined;
}
