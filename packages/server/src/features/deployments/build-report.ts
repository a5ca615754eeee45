import { z } from 'zod';
import type { BuildStage } from '../../adapters/builder/builder.ts';
import { timestamp } from '../../platform/http/timestamp.ts';
import { createSecretMask } from '../../platform/runs/secret-mask.ts';

/** More stages than these are not stored: the longest are. */
const mostStages = 60;
const longestTitle = 200;

const buildStageSchema = z
  .strictObject({
    title: z.string().meta({ description: 'An instruction of a Dockerfile, or a command.' }),
    seconds: z.number(),
    cached: z.boolean().meta({ description: 'It was unchanged, and taken from the cache.' }),
  })
  .meta({ id: 'BuildStage' });

const figures = {
  seconds: z
    .number()
    .meta({ description: 'From the beginning of the step to its end, waiting for other builds included.' }),
  stageCount: z.int(),
  cachedStageCount: z.int(),
  imageBytes: z.int().nullable().meta({ description: 'With the image it begins with; null: no image was made.' }),
};

/** What one build took. */
export const buildReportSchema = z
  .strictObject({
    ...figures,
    stages: z
      .array(buildStageSchema)
      .meta({ description: 'In the order in which they ended; of very many the longest.' }),
  })
  .meta({ id: 'BuildReport' });
export type BuildReport = z.output<typeof buildReportSchema>;

/** One of several, to compare them by. */
export const buildSummarySchema = z
  .strictObject({ deploymentId: z.string(), number: z.int(), at: timestamp, ...figures })
  .meta({ id: 'BuildSummary' });
export type BuildSummary = z.output<typeof buildSummarySchema>;

/** What is stored of the stages of a build: bounded, and without the secrets that an instruction may hold. */
export function stagesToStore(stages: readonly BuildStage[], secrets: readonly string[]): BuildStage[] {
  const mask = createSecretMask();
  mask.add(secrets);
  const longest = new Set(stages.toSorted((one, other) => other.seconds - one.seconds).slice(0, mostStages));
  return stages
    .filter((stage) => longest.has(stage))
    .map(({ title, seconds, cached }) => ({
      title: mask.hide(title).slice(0, longestTitle),
      seconds: Math.round(seconds * 1000) / 1000,
      cached,
    }));
}
