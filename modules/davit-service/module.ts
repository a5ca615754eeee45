import { getEnvironment, getProject, Service } from '@davit/pulumi';
import type * as pulumi from '@pulumi/pulumi';
import type { StackInput } from '../kind-definition.ts';
import { spec as specSchema } from './schema.ts';

/** A service of the davit that runs this, in a project that is there. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<string>>> {
  const { source, ...spec } = specSchema.parse(input.target.spec);
  const { url, rootFolder, submodules, lfs, branch, tag, commit } = source;
  const reference = { branch, tag, commit };
  const isNamed = Object.values(reference).some((each) => each !== undefined);
  const project = getProject({ name: spec.project });
  const environment = getEnvironment({ projectId: project.id, name: spec.environment });

  const service = new Service(input.target.metadata.name, {
    projectId: project.id,
    environmentId: environment.id,
    name: spec.serviceName ?? input.target.metadata.name,
    kind: spec.kind,
    source: { type: 'git', url, rootFolder, submodules, lfs, ...(isNamed ? { reference } : {}) },
    settings: spec.settings,
    variables: spec.variables,
    deploy: spec.deploy,
    triggers: spec.triggers,
  });
  return { serviceId: service.id, url: service.url, deploymentId: service.deploymentId };
}
