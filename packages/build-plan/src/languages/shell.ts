import { type Detection, type DetectionContext, firstExisting, type LanguageDetector, web } from '../detection.ts';

/** `start.sh` names itself what starts the service: it counts for more than pages that lie around. */
export const startScript: LanguageDetector = { language: 'shell', detect: (context) => detect(context, ['start.sh']) };

/** Scripts whose names say less, for folders in which nothing else says more. */
export const shell: LanguageDetector = {
  language: 'shell',
  detect: (context) => detect(context, ['main.sh', 'run.sh']),
};

async function detect({ source }: DetectionContext, names: string[]): Promise<Detection | undefined> {
  const script = await firstExisting(source, names);
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
