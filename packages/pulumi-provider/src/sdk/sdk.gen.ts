// Written by scripts/generate-pulumi-sdk.ts from the provider’s schema: do not edit.

import * as pulumi from '@pulumi/pulumi';
import { DavitResource } from './davit-resource.ts';

export type EnvironmentKind = 'production' | 'staging' | 'preview';

export type EnvironmentKindArgs = EnvironmentKind;

export type ServiceKind = 'web' | 'worker' | 'cron';

export type ServiceKindArgs = ServiceKind;

export type ServiceSourceType = 'git' | 'upload' | 'image';

export type ServiceSourceTypeArgs = ServiceSourceType;

export interface ServiceSourceReferenceArgs {
  branch?: pulumi.Input<string> | undefined;
  tag?: pulumi.Input<string> | undefined;
  commit?: pulumi.Input<string> | undefined;
}

export interface ServiceSourceReference {
  readonly branch?: string | undefined;
  readonly tag?: string | undefined;
  readonly commit?: string | undefined;
}

export interface ServiceSourceArgs {
  type: pulumi.Input<ServiceSourceTypeArgs>;
  url?: pulumi.Input<string> | undefined;
  reference?: pulumi.Input<ServiceSourceReferenceArgs> | undefined;
  rootFolder?: pulumi.Input<string> | undefined;
  submodules?: pulumi.Input<boolean> | undefined;
  lfs?: pulumi.Input<boolean> | undefined;
  knownHosts?: pulumi.Input<string> | undefined;
  image?: pulumi.Input<string> | undefined;
}

export interface ServiceSource {
  readonly type: ServiceSourceType;
  readonly url?: string | undefined;
  readonly reference?: ServiceSourceReference | undefined;
  readonly rootFolder?: string | undefined;
  readonly submodules?: boolean | undefined;
  readonly lfs?: boolean | undefined;
  readonly knownHosts?: string | undefined;
  readonly image?: string | undefined;
}

export type ServiceSourceCredentialKind = 'token' | 'deploy-key';

export type ServiceSourceCredentialKindArgs = ServiceSourceCredentialKind;

export interface ServiceSourceCredentialArgs {
  kind: pulumi.Input<ServiceSourceCredentialKindArgs>;
  username?: pulumi.Input<string> | undefined;
  token?: pulumi.Input<string> | undefined;
  privateKey?: pulumi.Input<string> | undefined;
}

export interface ServiceSourceCredential {
  readonly kind: ServiceSourceCredentialKind;
  readonly username?: string | undefined;
  readonly token?: string | undefined;
  readonly privateKey?: string | undefined;
}

export type ServiceSettingsBuildBuilder = 'railpack';

export type ServiceSettingsBuildBuilderArgs = ServiceSettingsBuildBuilder;

export type ServiceSettingsBuildPlatform =
  | 'linux/amd64'
  | 'linux/arm64'
  | 'linux/arm/v7'
  | 'linux/386'
  | 'linux/ppc64le'
  | 'linux/s390x';

export type ServiceSettingsBuildPlatformArgs = ServiceSettingsBuildPlatform;

export interface ServiceSettingsBuildArgs {
  installCommand?: pulumi.Input<string> | undefined;
  buildCommand?: pulumi.Input<string> | undefined;
  startCommand?: pulumi.Input<string> | undefined;
  builder?: pulumi.Input<ServiceSettingsBuildBuilderArgs> | undefined;
  dockerfilePath?: pulumi.Input<string> | undefined;
  target?: pulumi.Input<string> | undefined;
  buildArgs?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  platform?: pulumi.Input<ServiceSettingsBuildPlatformArgs> | undefined;
  watchPaths?: pulumi.Input<Array<pulumi.Input<string>>> | undefined;
  timeoutMinutes?: pulumi.Input<number> | undefined;
}

export interface ServiceSettingsBuild {
  readonly installCommand?: string | undefined;
  readonly buildCommand?: string | undefined;
  readonly startCommand?: string | undefined;
  readonly builder?: ServiceSettingsBuildBuilder | undefined;
  readonly dockerfilePath?: string | undefined;
  readonly target?: string | undefined;
  readonly buildArgs?: Record<string, string> | undefined;
  readonly platform?: ServiceSettingsBuildPlatform | undefined;
  readonly watchPaths?: Array<string> | undefined;
  readonly timeoutMinutes?: number | undefined;
}

export interface ServiceSettingsHealthCheckArgs {
  path?: pulumi.Input<string> | undefined;
  intervalSeconds?: pulumi.Input<number> | undefined;
  timeoutSeconds?: pulumi.Input<number> | undefined;
}

export interface ServiceSettingsHealthCheck {
  readonly path?: string | undefined;
  readonly intervalSeconds?: number | undefined;
  readonly timeoutSeconds?: number | undefined;
}

export type ServiceSettingsRestartPolicy = 'always' | 'on-failure' | 'never';

export type ServiceSettingsRestartPolicyArgs = ServiceSettingsRestartPolicy;

export interface ServiceSettingsRestartArgs {
  policy?: pulumi.Input<ServiceSettingsRestartPolicyArgs> | undefined;
  maxRestarts?: pulumi.Input<number> | undefined;
}

export interface ServiceSettingsRestart {
  readonly policy?: ServiceSettingsRestartPolicy | undefined;
  readonly maxRestarts?: number | undefined;
}

export interface ServiceSettingsLogRetentionArgs {
  maxMegabytes?: pulumi.Input<number> | undefined;
  maxDays?: pulumi.Input<number> | undefined;
}

export interface ServiceSettingsLogRetention {
  readonly maxMegabytes?: number | undefined;
  readonly maxDays?: number | undefined;
}

export interface ServiceSettingsArgs {
  build?: pulumi.Input<ServiceSettingsBuildArgs> | undefined;
  port?: pulumi.Input<number> | undefined;
  replicas?: pulumi.Input<number> | undefined;
  processes?: pulumi.Input<Record<string, pulumi.Input<number>>> | undefined;
  memoryMb?: pulumi.Input<number> | undefined;
  cpus?: pulumi.Input<number> | undefined;
  healthCheck?: pulumi.Input<ServiceSettingsHealthCheckArgs> | undefined;
  restart?: pulumi.Input<ServiceSettingsRestartArgs> | undefined;
  readOnlyRoot?: pulumi.Input<boolean> | undefined;
  releaseCommand?: pulumi.Input<string> | undefined;
  responseHeaders?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  drainSeconds?: pulumi.Input<number> | undefined;
  stopGraceSeconds?: pulumi.Input<number> | undefined;
  schedule?: pulumi.Input<string> | undefined;
  logRetention?: pulumi.Input<ServiceSettingsLogRetentionArgs> | undefined;
}

export interface ServiceSettings {
  readonly build?: ServiceSettingsBuild | undefined;
  readonly port?: number | undefined;
  readonly replicas?: number | undefined;
  readonly processes?: Record<string, number> | undefined;
  readonly memoryMb?: number | undefined;
  readonly cpus?: number | undefined;
  readonly healthCheck?: ServiceSettingsHealthCheck | undefined;
  readonly restart?: ServiceSettingsRestart | undefined;
  readonly readOnlyRoot?: boolean | undefined;
  readonly releaseCommand?: string | undefined;
  readonly responseHeaders?: Record<string, string> | undefined;
  readonly drainSeconds?: number | undefined;
  readonly stopGraceSeconds?: number | undefined;
  readonly schedule?: string | undefined;
  readonly logRetention?: ServiceSettingsLogRetention | undefined;
}

export interface ProviderArgs {
  /** Of the davit server, such as https://davit.example.com; else DAVIT_URL. */
  url?: pulumi.Input<string> | undefined;
  /** An API token; else DAVIT_TOKEN. */
  token?: pulumi.Input<string> | undefined;
}

/** One davit: resources name it by the option `provider`. */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, options: pulumi.ResourceOptions = {}) {
    super(
      'davit',
      name,
      { ...args, ...(args.token === undefined ? {} : { token: pulumi.secret(args.token) }) },
      options,
    );
  }
}

export interface ProjectArgs {
  /** In lower case, of digits and dashes; unique in the organization. */
  name?: pulumi.Input<string> | undefined;
  /** For people. */
  description?: pulumi.Input<string> | undefined;
}

/** A project: what belongs together, in one or several environments. It comes with the environment `production`. */
export class Project extends DavitResource {
  /** In lower case, of digits and dashes; unique in the organization. */
  declare readonly name: pulumi.Output<string>;
  /** For people. */
  declare readonly description: pulumi.Output<string | undefined>;
  /** Of the environment that came with it, or the oldest that is left. */
  declare readonly defaultEnvironmentId: pulumi.Output<string>;

  constructor(name: string, args: ProjectArgs = {}, options: pulumi.CustomResourceOptions = {}) {
    super('Project', name, args, { outputs: ['name', 'description', 'defaultEnvironmentId'], secrets: [] }, options);
  }
}

export interface EnvironmentArgs {
  /** Of the project. */
  projectId: pulumi.Input<string>;
  /** In lower case, of digits and dashes; unique in the project. */
  name?: pulumi.Input<string> | undefined;
  /** What it is for. */
  kind?: pulumi.Input<EnvironmentKindArgs> | undefined;
}

/** An environment of a project. `production` is there already: it comes with the project. */
export class Environment extends DavitResource {
  /** Of the project. */
  declare readonly projectId: pulumi.Output<string>;
  /** In lower case, of digits and dashes; unique in the project. */
  declare readonly name: pulumi.Output<string>;
  /** What it is for. */
  declare readonly kind: pulumi.Output<EnvironmentKind | undefined>;
  /** What services name it by. */
  declare readonly environmentId: pulumi.Output<string>;

  constructor(name: string, args: EnvironmentArgs, options: pulumi.CustomResourceOptions = {}) {
    super('Environment', name, args, { outputs: ['projectId', 'name', 'kind', 'environmentId'], secrets: [] }, options);
  }
}

export interface ServiceArgs {
  /** Of the project. */
  projectId: pulumi.Input<string>;
  /** Of the environment, such as the project’s `defaultEnvironmentId`. */
  environmentId: pulumi.Input<string>;
  /** In lower case, of digits and dashes; unique in the environment. Part of its address. */
  name?: pulumi.Input<string> | undefined;
  /** What it is: with an address, without one, or by the clock. */
  kind?: pulumi.Input<ServiceKindArgs> | undefined;
  /** Where its code comes from. */
  source?: pulumi.Input<ServiceSourceArgs> | undefined;
  /** How a private repository lets davit in. */
  sourceCredential?: pulumi.Input<ServiceSourceCredentialArgs> | undefined;
  /** What is left out has its default. */
  settings?: pulumi.Input<ServiceSettingsArgs> | undefined;
  /** Set before the first deployment. Others that the service has stay as they are. */
  variables?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  /** Whether a change is deployed and waited for; true for a Git source. */
  deploy?: pulumi.Input<boolean> | undefined;
  /** Any values, such as a commit: when one changes, the service is deployed again. */
  triggers?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/** A service: source code that davit builds and runs. With a Git source it is deployed when it is created and changed, and the update ends with the deployment, or fails with its cause. */
export class Service extends DavitResource {
  /** Of the project. */
  declare readonly projectId: pulumi.Output<string>;
  /** Of the environment, such as the project’s `defaultEnvironmentId`. */
  declare readonly environmentId: pulumi.Output<string>;
  /** In lower case, of digits and dashes; unique in the environment. Part of its address. */
  declare readonly name: pulumi.Output<string>;
  /** What it is: with an address, without one, or by the clock. */
  declare readonly kind: pulumi.Output<ServiceKind | undefined>;
  /** Where its code comes from. */
  declare readonly source: pulumi.Output<ServiceSource | undefined>;
  /** How a private repository lets davit in. */
  declare readonly sourceCredential: pulumi.Output<ServiceSourceCredential | undefined>;
  /** What is left out has its default. */
  declare readonly settings: pulumi.Output<ServiceSettings | undefined>;
  /** Set before the first deployment. Others that the service has stay as they are. */
  declare readonly variables: pulumi.Output<Record<string, string> | undefined>;
  /** Whether a change is deployed and waited for; true for a Git source. */
  declare readonly deploy: pulumi.Output<boolean | undefined>;
  /** Any values, such as a commit: when one changes, the service is deployed again. */
  declare readonly triggers: pulumi.Output<Record<string, string> | undefined>;
  /** Where it answers; empty for one without a port. */
  declare readonly url: pulumi.Output<string>;
  /** Of the deployment that the last change made; empty where none did. */
  declare readonly deploymentId: pulumi.Output<string>;
  /** When each of `variables` was changed last: what a refresh sees by that somebody changed one. */
  declare readonly variableTimes: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: ServiceArgs, options: pulumi.CustomResourceOptions = {}) {
    super(
      'Service',
      name,
      args,
      {
        outputs: [
          'projectId',
          'environmentId',
          'name',
          'kind',
          'source',
          'sourceCredential',
          'settings',
          'variables',
          'deploy',
          'triggers',
          'url',
          'deploymentId',
          'variableTimes',
        ],
        secrets: ['sourceCredential', 'variables'],
      },
      options,
    );
  }
}

export interface VariableArgs {
  /** Whose it is; this or environmentId. */
  serviceId?: pulumi.Input<string> | undefined;
  /** Of an environment whose services share it; this or serviceId. */
  environmentId?: pulumi.Input<string> | undefined;
  /** As the program reads it. */
  name?: pulumi.Input<string> | undefined;
  /** A text of at most 64 KiB; may refer to others: `${{api.URL}}`. */
  value: pulumi.Input<string>;
}

/** A variable of a service, or one that all services of an environment share. It takes effect with the next deployment; the variables that a `Service` needs at once belong into its `variables`. */
export class Variable extends DavitResource {
  /** Whose it is; this or environmentId. */
  declare readonly serviceId: pulumi.Output<string | undefined>;
  /** Of an environment whose services share it; this or serviceId. */
  declare readonly environmentId: pulumi.Output<string | undefined>;
  /** As the program reads it. */
  declare readonly name: pulumi.Output<string>;
  /** A text of at most 64 KiB; may refer to others: `${{api.URL}}`. */
  declare readonly value: pulumi.Output<string>;
  /** When its value was changed last. */
  declare readonly updatedAt: pulumi.Output<string>;

  constructor(name: string, args: VariableArgs, options: pulumi.CustomResourceOptions = {}) {
    super(
      'Variable',
      name,
      args,
      { outputs: ['serviceId', 'environmentId', 'name', 'value', 'updatedAt'], secrets: ['value'] },
      options,
    );
  }
}

export interface GetProjectResult {
  /** What services and environments name it by. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Of its oldest environment. */
  readonly defaultEnvironmentId: string;
}

/** A project that is there, by its name. */
export function getProject(
  args: {
    /** Of the project. */ name: pulumi.Input<string>;
  },
  options: pulumi.InvokeOutputOptions = {},
): pulumi.Output<GetProjectResult> {
  return pulumi.runtime.invokeOutput<GetProjectResult>('davit:index:getProject', args, options);
}

export interface GetEnvironmentResult {
  /** What services name it by. */
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly kind: string;
}

/** An environment of a project that is there, by its name. */
export function getEnvironment(
  args: {
    /** Of the project. */ projectId: pulumi.Input<string>;
    /** Of the environment, such as `production`. */
    name: pulumi.Input<string>;
  },
  options: pulumi.InvokeOutputOptions = {},
): pulumi.Output<GetEnvironmentResult> {
  return pulumi.runtime.invokeOutput<GetEnvironmentResult>('davit:index:getEnvironment', args, options);
}
