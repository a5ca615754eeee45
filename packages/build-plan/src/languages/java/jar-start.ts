import type { Start } from '../../detection.ts';
import { ARTIFACT_ARGUMENT, type BuildArtifact } from '../../plan.ts';

/** Jars that builds leave beside the one to start: sources, documentation, tests, and what repackaging keeps. */
const OTHER_JARS = ['*-sources.jar', '*-javadoc.jar', '*-tests.jar', '*-test.jar', '*-plain.jar', 'original-*.jar'];

export type JavaFramework = 'spring-boot' | 'quarkus' | 'micronaut' | null;

/** How a framework is told its port: none reads PORT by itself, and a property may not refer to a variable everywhere. */
const PORT_TEXTS: Readonly<Record<Exclude<JavaFramework, null>, string>> = {
  'spring-boot': 'exec java "-Dserver.port=$PORT" -jar "$1"',
  quarkus: 'exec java -Dquarkus.http.host=0.0.0.0 "-Dquarkus.http.port=$PORT" -jar "$1"',
  micronaut: 'exec java "-Dmicronaut.server.port=$PORT" -jar "$1"',
};

/** `java -jar` of the file that the build leaves in a folder; its name is known only then, so a glob stands for it. */
export function startJar(folder: string, framework: JavaFramework, extension: 'jar' | 'war' = 'jar'): Start {
  const prefix = folder === '.' ? '' : `${folder}/`;
  const artifact: BuildArtifact = {
    glob: `${prefix}*.${extension}`,
    except: OTHER_JARS.map((name) => `${prefix}${name}`),
  };
  return javaProcess(framework, ARTIFACT_ARGUMENT, artifact, `The ${extension} that the build leaves in ${folder}.`);
}

/** `java -jar` of a file with a fixed name. */
export function startFixedJar(path: string, framework: JavaFramework): Start {
  return javaProcess(framework, path, null, `The build makes ${path}.`);
}

/** The start script that a build leaves in a folder, by whatever name. */
export function startScriptIn(folder: string): Start {
  const artifact: BuildArtifact = { glob: `${folder}/*`, except: [`${folder}/*.bat`] };
  return {
    kind: 'processes',
    processes: [
      {
        name: 'web',
        argv: ['/bin/sh', ARTIFACT_ARGUMENT],
        artifact,
        reason: `The start script that the build leaves in ${folder}.`,
      },
    ],
  };
}

function javaProcess(framework: JavaFramework, file: string, artifact: BuildArtifact | null, reason: string): Start {
  const argv = framework === null ? ['java', '-jar', file] : ['/bin/sh', '-c', PORT_TEXTS[framework], 'sh', file];
  return { kind: 'processes', processes: [{ name: 'web', argv, artifact, reason }] };
}
