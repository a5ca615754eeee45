import { z } from 'zod';
import { builderErrors } from '../../builder-errors.ts';

// What `railpack prepare` writes (https://railpack.com/config/file, Railpack 0.23). A plan is made from the source, so from what
// somebody else wrote, and is refused where it says anything that is not understood: half of a build is none.

/** Characters that neither a shell, a Dockerfile nor a pattern reads as anything but themselves. */
const path = z.string().regex(/^[\w@%+=:,./-]{1,1024}$/, 'is no plain path');
const pattern = z.string().regex(/^[\w@%+=:,./*?[\]{}!-]{1,1024}$/, 'is no plain pattern');
/** Part of a flag, in which a comma begins the next option. */
const mountedAt = z.string().regex(/^\/[\w@%+:./-]{1,1024}$/, 'is no plain absolute path');
const image = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9./:_@-]{0,300}$/, 'is no name of an image');
const line = z.string().regex(/^[^\0\r\n]{0,32768}$/, 'has more than one line');
const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,255}$/, 'is no name of a variable');
const variables = z.record(name, line).default({});
const command = z.string().regex(/^[^\0]{1,32768}$/, 'is no command');

const filter = { include: z.array(path).default([]), exclude: z.array(pattern).default([]) };
const layer = z.union([
  z.strictObject({ image, ...filter }),
  z.strictObject({ step: z.string(), ...filter }),
  z.strictObject({ local: z.literal(true), ...filter }),
]);
export type RailpackLayer = z.infer<typeof layer>;

const stepCommand = z.union([
  z.strictObject({ cmd: command, customName: z.string().optional() }),
  z.strictObject({
    path,
    name: z.string(),
    mode: z.int().min(0).max(0o777).optional(),
    customName: z.string().optional(),
  }),
  z.strictObject({ path }),
  z.strictObject({ src: path, dest: path, image: image.optional() }),
]);
export type RailpackCommand = z.infer<typeof stepCommand>;

const step = z.strictObject({
  name: z.string().min(1),
  inputs: z.array(layer).default([]),
  commands: z.array(stepCommand).default([]),
  /** Names of variables that it depends on: davit gives each command all of them, and builds anew when any has changed. */
  secrets: z.array(z.string()).default([]),
  assets: z.record(z.string(), z.string().max(60_000)).default({}),
  variables,
  caches: z.array(z.string()).default([]),
});
export type RailpackStep = z.infer<typeof step>;

const railpackPlan = z.strictObject({
  $schema: z.string().optional(),
  steps: z.array(step).max(200).default([]),
  caches: z
    .record(
      z.string().regex(/^[\w@.:/-]{1,200}$/),
      z.strictObject({ directory: mountedAt, type: z.enum(['shared', 'locked']).default('shared') }),
    )
    .default({}),
  secrets: z.array(z.string()).default([]),
  deploy: z.strictObject({
    base: layer,
    inputs: z.array(layer).default([]),
    startCommand: command.optional(),
    variables,
    paths: z.array(path).default([]),
  }),
});
export type RailpackPlan = z.infer<typeof railpackPlan>;

/** @throws AppError BUILD_PLAN_FAILED with the part that is not understood */
export function readRailpackPlan(text: string): RailpackPlan {
  const hint = 'Change railpack.json, or give the service a Dockerfile.';
  const refuse = (why: string) => builderErrors.BUILD_PLAN_FAILED({ message: `The plan of Railpack ${why}.`, hint });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse('is no JSON');
  }
  const read = railpackPlan.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw refuse(`has a part that davit does not build: ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? ''}`);
}
