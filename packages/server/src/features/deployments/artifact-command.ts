import type { Artifact } from '../../adapters/builder/builder.ts';
import type { ContainerCommand, ExecutorCommand } from '../../adapters/executor/executor.ts';
import type { Service, ServiceSettings } from '../services/index.ts';
import { deploymentErrors } from './deployment-errors.ts';

/** What a command is told besides its artifact. */
export interface ArtifactCommand extends Pick<ExecutorCommand, 'env' | 'timeoutMs'> {
  /** Null: what an image starts by itself. */
  argv: readonly string[] | null;
  service: Pick<Service, 'id' | 'environmentId'>;
  settings: Pick<ServiceSettings, 'memoryMb' | 'cpus' | 'readOnlyRoot'>;
  runId: string;
}

/** A command that runs once where a release runs: among the files of its folder, or in a container of its image. */
export function artifactCommand(
  artifact: Artifact,
  { argv, service, settings, runId, env, timeoutMs }: ArtifactCommand,
): ExecutorCommand | ContainerCommand {
  const { memoryMb, cpus, readOnlyRoot: readOnly } = settings;
  const shared = {
    env: { ...artifact.environment, ...env },
    limits: { memoryBytes: memoryMb === null ? undefined : memoryMb * 1024 * 1024, cpus: cpus ?? undefined },
    timeoutMs,
  };
  if (artifact.kind === 'image') {
    const { id: serviceId, environmentId } = service;
    return { ...shared, image: artifact.reference, environmentId, serviceId, runId, argv, readOnly };
  }
  if (argv === null) throw deploymentErrors.DEPLOYMENT_NO_START_COMMAND();
  return {
    ...shared,
    argv,
    cwd: artifact.cwd,
    isolationKey: service.id,
    writable: [artifact.folder],
    readable: artifact.readable,
  };
}
