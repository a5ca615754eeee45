import * as pulumi from '@pulumi/pulumi';
import * as davit from '../../src/sdk/sdk.gen.ts';

export interface WholeProgramOptions {
  who?: string;
  replicas?: number;
  projectName?: string;
  kind?: davit.ServiceKind;
}

/** Everything that there is: a project, an environment of it, a service of this repository, and variables. */
export function createWholeProgram(repository: string, options: WholeProgramOptions = {}) {
  const { who = 'world', replicas = 1, projectName = 'shop', kind = 'web' } = options;
  return () => {
    const project = new davit.Project('shop', { name: projectName, description: 'What we sell' });
    const staging = new davit.Environment('staging', { projectId: project.id });
    const shared = new davit.Variable('SHARED', {
      environmentId: staging.environmentId,
      value: pulumi.secret('hunter2-of-all'),
    });
    const web = new davit.Service(
      'web',
      {
        projectId: project.id,
        environmentId: staging.environmentId,
        kind,
        source: { type: 'git', url: repository },
        settings: { replicas, stopGraceSeconds: 1, drainSeconds: 0 },
        variables: { WHO: who },
      },
      { dependsOn: [shared] },
    );
    return {
      projectId: project.id,
      staging: staging.environmentId,
      serviceId: web.id,
      url: web.url,
      deploymentId: web.deploymentId,
    };
  };
}
