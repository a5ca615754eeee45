import { type Detection, type DetectionContext, firstExisting, type LanguageDetector, web } from '../detection.ts';

/** A script that starts the service itself. */
export const shell: LanguageDetector = { language: 'shell', detect };

async function detect({ source }: DetectionContext): Promise<Detection | undefined> {
  const script = await firstExisting(source, ['start.sh', 'main.sh', 'run.sh']);
  if (script === undefined) return undefined;
  const firstLine = (await source.readStart(script, 200))?.split('\n')[0] ?? '';
  const isBash = /^#!.*\bbash\b/.test(firstLine);
  return {
    language: 'shell',
    framework: null,
    packageManager: null,
    toolchains: [],
    steps: [],
    // Named to the interpreter rather than run itself: an upload may have lost the run bit.
    start: web([isBash ? 'bash' : '/bin/sh', script], `${script} is there.`),
    environment: {},
    pathFolders: [],
    reasons: [
      `${script} is there: it starts the service, with ${isBash ? 'bash, as its first line says' : '/bin/sh'}.`,
    ],
    warnings: [],
  };
}
