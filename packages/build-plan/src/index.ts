/** Reads a source folder and says how to install, build and start it, and why. Pure: no process, no network, no writing. */
export { detectPlan } from './detect-plan.ts';
export { formatPlan } from './format-plan.ts';
export {
  ARTIFACT_ARGUMENT,
  type BuildArtifact,
  type BuildOverrides,
  type BuildPlan,
  type PlanProcess,
  type PlanStep,
  type StaticSite,
  type Toolchain,
  type ToolchainName,
} from './plan.ts';
export { PlanError, type PlanErrorCode } from './plan-error.ts';
export { resolveProcessArgv } from './process-argv.ts';
export { type RegistryPackage, registryPackage, type ToolchainHost } from './registry-package.ts';
export { openSourceFolder, type SourceEntry, type SourceFolder } from './source-folder.ts';
