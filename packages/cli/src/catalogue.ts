import type { Command } from 'commander';

/** A command's name and summary, for the list of all; the rest of it is loaded when it is called. */
export interface CatalogueEntry {
  name: string;
  /** How its operands are shown in the list. */
  operands: string;
  summary: string;
  load: () => Promise<Command>;
}

const entry = (name: string, operands: string, summary: string, load: () => Promise<Command>): CatalogueEntry => ({
  name,
  operands,
  summary,
  load,
});

/** Every command, in the order of the list: first what one begins with. */
export const catalogue: readonly CatalogueEntry[] = [
  entry('up', '[source]', 'make sure davit runs, deploy a folder or a repository, print its address', async () =>
    (await import('./commands/up.ts')).createUpCommand(),
  ),
  entry('down', '', 'stop the davit of this machine and what it runs; data stays', async () =>
    (await import('./commands/down.ts')).createDownCommand(),
  ),
  entry('serve', '', 'run the server in the foreground', async () =>
    (await import('./commands/serve.ts')).createServeCommand(),
  ),
  entry('deploy', '[folder]', 'deploy a service again, or the cloud resources of a manifest', async () =>
    (await import('./commands/deploy.ts')).createDeployCommand(),
  ),
  entry('logs', '', 'show what a service prints, or what a deployment printed', async () =>
    (await import('./commands/logs.ts')).createLogsCommand(),
  ),
  entry('status', '', 'show the platform and a service', async () =>
    (await import('./commands/status.ts')).createStatusCommand(),
  ),
  entry('ps', '', 'show the instances of a service', async () => (await import('./commands/ps.ts')).createPsCommand()),
  entry('open', '', 'open the address of a service in a browser', async () =>
    (await import('./commands/open.ts')).createOpenCommand(),
  ),
  entry('rollback', '[deployment]', 'bring an earlier release back', async () =>
    (await import('./commands/rollback.ts')).createRollbackCommand(),
  ),
  entry('restart', '', 'start a service anew without a gap', async () =>
    (await import('./commands/restart.ts')).createRestartCommand(),
  ),
  entry('stop', '', 'stop a service', async () => (await import('./commands/stop.ts')).createStopCommand()),
  entry('scale', '<instances>', 'change how many instances run', async () =>
    (await import('./commands/scale.ts')).createScaleCommand(),
  ),
  entry('env', '<command>', "see and change a service's variables", async () =>
    (await import('./commands/env.ts')).createEnvCommand(),
  ),
  entry('domain', '<command>', 'lead domains of your own to a service', async () =>
    (await import('./commands/domain.ts')).createDomainCommand(),
  ),
  entry('run', '-- <command>', "run a command with the service's variables, here or where the service runs", async () =>
    (await import('./commands/run.ts')).createRunCommand(),
  ),
  entry('exec', '', 'open a shell or run a command in an instance that runs', async () =>
    (await import('./commands/exec.ts')).createExecCommand(),
  ),
  entry('plan', '[folder]', 'show how a folder would be built, and why', async () =>
    (await import('./commands/plan.ts')).createPlanCommand(),
  ),
  entry('init', '[folder]', 'create a project and a service for a folder', async () =>
    (await import('./commands/init.ts')).createInitCommand(),
  ),
  entry('link', '[service]', 'link this folder to a service', async () =>
    (await import('./commands/link.ts')).createLinkCommand(),
  ),
  entry('project', '<command>', 'list, create and delete projects', async () =>
    (await import('./commands/project.ts')).createProjectCommand(),
  ),
  entry('environment', '<command>', "list, create, change and delete a project's environments", async () =>
    (await import('./commands/environment.ts')).createEnvironmentCommand(),
  ),
  entry('service', '<command>', 'list, create, change and delete services', async () =>
    (await import('./commands/service.ts')).createServiceCommand(),
  ),
  entry('credential', '<command>', 'keep what davit signs in to cloud providers with', async () =>
    (await import('./commands/credential.ts')).createCredentialCommand(),
  ),
  entry('resource', '<command>', 'see, preview, refresh and destroy cloud resources', async () =>
    (await import('./commands/resource.ts')).createResourceCommand(),
  ),
  entry('stack-update', '<command>', 'see, approve, cancel and retry what is done with cloud resources', async () =>
    (await import('./commands/stack-update.ts')).createStackUpdateCommand(),
  ),
  entry('audit', '', 'show who did what, and what was refused', async () =>
    (await import('./commands/audit.ts')).createAuditCommand(),
  ),
  entry('admin', '<command>', 'back up, restore and examine the whole platform', async () =>
    (await import('./commands/admin.ts')).createAdminCommand(),
  ),
  entry('login', '[url]', 'sign in to a server', async () =>
    (await import('./commands/login.ts')).createLoginCommand(),
  ),
  entry('logout', '[url]', 'sign out', async () => (await import('./commands/logout.ts')).createLogoutCommand()),
  entry('whoami', '', 'show who you are, and where', async () =>
    (await import('./commands/whoami.ts')).createWhoamiCommand(),
  ),
  entry('token', '<command>', 'list, create and revoke API tokens', async () =>
    (await import('./commands/token.ts')).createTokenCommand(),
  ),
  entry('completion', '<shell>', 'print the completion script of bash, zsh or fish', async () =>
    (await import('./commands/completion.ts')).createCompletionCommand(catalogue),
  ),
];
