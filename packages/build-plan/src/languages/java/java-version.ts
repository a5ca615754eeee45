import type { Toolchain } from '../../plan.ts';
import type { SourceFolder } from '../../source-folder.ts';
import { findVersionFile, firstLine, INVALID_VERSION } from '../../version-files.ts';

/**
 * Which Java: `.java-version`, system.properties, `.sdkmanrc`, `.tool-versions`, mise.toml name a major version and get it; what
 * the build file compiles for is a minimum, since a newer JDK compiles for older releases.
 */
export async function findJava(
  folders: SourceFolder[],
  compiledFor: { version: string; source: string } | undefined,
): Promise<Toolchain> {
  const files = { '.java-version': readMajor, 'system.properties': readProperties, '.sdkmanrc': readSdkman };
  const wish = await findVersionFile(folders, 'java', files, readMajor);
  if (wish !== undefined) return { name: 'java', ...wish, from: 'host' };
  const major = compiledFor === undefined ? undefined : majorOf(compiledFor.version);
  if (major === undefined || compiledFor === undefined)
    return { name: 'java', wanted: '*', source: 'default', from: 'host' };
  return { name: 'java', wanted: `>=${major}`, source: compiledFor.source, from: 'host' };
}

/** `17`, `17.0.9`, `1.8`, `temurin-21.0.2`, `VERSION_17`, `VERSION_1_8` → the number of the major version. */
function majorOf(text: string): string | undefined {
  const [, first, second] = /(?:^|[A-Za-z_-])(\d+)(?:[._](\d+))?/.exec(text.trim()) ?? [];
  return first === '1' && second !== undefined ? second : first;
}

function readMajor(text: string): string | undefined {
  const line = firstLine(text);
  if (line === 'system') return undefined;
  const major = line === undefined ? undefined : majorOf(line);
  return major === undefined ? INVALID_VERSION : `${major}.x`;
}

function readProperties(text: string): string | undefined {
  const version = /^\s*java\.runtime\.version\s*[=:]\s*(\S+)/m.exec(text)?.[1];
  return version === undefined ? undefined : readMajor(version);
}

function readSdkman(text: string): string | undefined {
  const version = /^\s*java\s*=\s*(\S+)/m.exec(text)?.[1];
  return version === undefined ? undefined : readMajor(version);
}
