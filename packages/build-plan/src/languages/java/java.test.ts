import { describe, expect, test } from 'vitest';
import { type PlanInWords, planOf, problemOf } from '../../../test/support/plan-of.ts';
import type { Tree } from '../../../test/support/source-tree.ts';

const pom = (content: string) =>
  `<?xml version="1.0"?>\n<project xmlns="http://maven.apache.org/POM/4.0.0">${content}</project>\n`;
const plugin = (name: string, more = '') =>
  `<build><plugins><plugin><artifactId>${name}</artifactId>${more}</plugin></plugins></build>`;
const MVN = 'mvn --batch-mode --no-transfer-progress -DskipTests';

const cases: [string, Tree, Partial<PlanInWords>][] = [
  [
    'Maven',
    { 'pom.xml': pom('<properties><maven.compiler.release>17</maven.compiler.release></properties>') },
    {
      needs: ['java >=17 < pom.xml maven.compiler.release', 'maven >=3.6 < default'],
      build: [`${MVN} package`],
      start: { web: 'java -jar {artifact}' },
    },
  ],
  [
    "Maven's wrapper needs no Maven on the host",
    { 'pom.xml': pom(''), mvnw: '', '.mvn/wrapper/maven-wrapper.properties': '' },
    { needs: ['java * < default'], build: ['/bin/sh ./mvnw --batch-mode --no-transfer-progress -DskipTests package'] },
  ],
  [
    'Spring Boot gets its port as a property',
    { 'pom.xml': pom(`<properties><java.version>21</java.version></properties>${plugin('spring-boot-maven-plugin')}`) },
    {
      framework: 'spring-boot',
      needs: ['java >=21 < pom.xml java.version', 'maven >=3.6 < default'],
      start: { web: 'sh(exec java "-Dserver.port=$PORT" -jar "$1") {artifact}' },
    },
  ],
  [
    'Quarkus',
    { 'pom.xml': pom(plugin('quarkus-maven-plugin')) },
    {
      framework: 'quarkus',
      start: {
        web: 'sh(exec java -Dquarkus.http.host=0.0.0.0 "-Dquarkus.http.port=$PORT" -jar "$1") target/quarkus-app/quarkus-run.jar',
      },
    },
  ],
  [
    'the only module that makes a program',
    {
      'pom.xml': pom('<modules><module>core</module> <module>web</module></modules>'),
      'core/pom.xml': pom(''),
      'web/pom.xml': pom(plugin('maven-jar-plugin', '<mainClass>a.Main</mainClass>')),
    },
    { build: [`${MVN} --projects web --also-make package`] },
  ],
  [
    '.java-version is the one that is wanted',
    { 'pom.xml': pom(''), '.java-version': '21.0.2' },
    { needs: ['java 21.x < .java-version', 'maven >=3.6 < default'] },
  ],
  [
    'system.properties',
    { 'pom.xml': pom(''), 'system.properties': 'java.runtime.version=1.8\n' },
    { needs: ['java 8.x < system.properties', 'maven >=3.6 < default'] },
  ],
  [
    '.tool-versions with a vendor',
    { 'pom.xml': pom(''), '.tool-versions': 'java temurin-17.0.9+9' },
    { needs: ['java 17.x < .tool-versions', 'maven >=3.6 < default'] },
  ],
  [
    'Gradle with its wrapper and a start script',
    {
      'build.gradle':
        "plugins {\n  id 'application'\n}\njava { toolchain { languageVersion = JavaLanguageVersion.of(21) } }",
      gradlew: '',
      'gradle/wrapper/gradle-wrapper.properties': '',
    },
    {
      needs: ['java >=21 < build.gradle'],
      build: ['/bin/sh ./gradlew --no-daemon --console=plain installDist'],
      start: { web: '/bin/sh {artifact}' },
    },
  ],
  [
    'Gradle of the host, with Spring Boot in a project of its own',
    {
      'settings.gradle.kts': 'include("web")',
      'web/build.gradle.kts': 'plugins { id("org.springframework.boot") version "3.4.0" }',
    },
    {
      framework: 'spring-boot',
      needs: ['java * < default', 'gradle >=7 < default'],
      build: ['gradle --no-daemon --console=plain :web:bootJar'],
    },
  ],
  [
    'Gradle with a shadow jar',
    { 'build.gradle': "plugins { id 'com.gradleup.shadow' version '9.0.0' }" },
    { build: ['gradle --no-daemon --console=plain shadowJar'] },
  ],
];

describe('Java', () => {
  test.each(cases)('%s', async (_name, tree, expected) => {
    expect(await planOf(tree)).toMatchObject({ language: 'java', ...expected });
  });

  test('the jar has a name only after the build: a glob stands for it, which sources and tests do not match', async () => {
    const { plan } = await planOf({ 'pom.xml': pom('') });
    expect(plan.processes[0]?.artifact?.glob).toBe('target/*.jar');
    expect(plan.processes[0]?.artifact?.except).toContain('target/*-sources.jar');
    expect(plan.steps[0]?.homeCacheFolders).toContain('.m2/repository');
  });

  test('a pom.xml that is none, and an archive that needs a container', async () => {
    expect(await problemOf({ 'pom.xml': '<project><modules>' })).toMatchObject({
      code: 'PLAN_INVALID_FILE',
      path: 'pom.xml',
    });
    expect(await problemOf({ 'pom.xml': pom('<packaging>war</packaging>') })).toMatchObject({ code: 'PLAN_NO_START' });
  });

  test('a module that leads out of the source is refused', async () => {
    const tree = { 'pom.xml': pom('<modules><module>../other</module></modules>') };
    expect(await problemOf(tree)).toMatchObject({ code: 'PLAN_PATH_OUTSIDE' });
  });

  test('of several modules the user chooses one', async () => {
    const program = pom(plugin('spring-boot-maven-plugin'));
    const tree = {
      'pom.xml': pom('<modules><module>a</module><module>b</module></modules>'),
      'a/pom.xml': program,
      'b/pom.xml': program,
    };
    expect(await problemOf(tree)).toMatchObject({ code: 'PLAN_AMBIGUOUS_START' });
  });
});
