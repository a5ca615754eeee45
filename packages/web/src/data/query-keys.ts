/** Whose variables: those of one service, or those that an environment shares. */
export interface VariableOwner {
  readonly kind: 'service' | 'environment';
  readonly id: string;
}

/**
 * The names under which answers are kept. One that begins with another is below it: what invalidates `service(id)` also
 * invalidates its deployments, variables and all that hangs there.
 */
export const queryKeys = {
  setup: () => ['setup'] as const,
  me: () => ['me'] as const,
  sessions: () => ['me', 'sessions'] as const,

  organizations: () => ['organizations'] as const,
  members: () => ['organization', 'members'] as const,
  invitations: () => ['organization', 'invitations'] as const,
  apiTokens: () => ['organization', 'api-tokens'] as const,
  auditLog: (filter: object = {}) => ['organization', 'audit-log', filter] as const,

  credentials: () => ['credentials'] as const,
  credential: (credentialId: string) => ['credentials', credentialId] as const,

  allStackUpdates: () => ['stack-updates'] as const,
  stackUpdates: (filter: object) => ['stack-updates', filter] as const,
  stackUpdate: (stackUpdateId: string) => ['stack-update', stackUpdateId] as const,

  platform: () => ['platform'] as const,
  platformBackupStatus: () => ['platform', 'backup-status'] as const,
  platformBackups: (lastRun: string) => ['platform', 'backups', lastRun] as const,
  operators: () => ['platform', 'operators'] as const,
  platformStorage: () => ['platform', 'storage'] as const,
  storedArtifacts: (lastCollection: string) => ['platform', 'artifacts', lastCollection] as const,
  platformRegistry: () => ['platform', 'registry'] as const,
  doctor: () => ['platform', 'doctor'] as const,

  projects: () => ['projects'] as const,
  project: (projectId: string) => ['project', projectId] as const,
  environments: (projectId: string) => ['project', projectId, 'environments'] as const,
  overviews: (projectId: string) => ['project', projectId, 'overview'] as const,
  overview: (projectId: string, environmentId: string) => ['project', projectId, 'overview', environmentId] as const,
  canvas: (projectId: string, environmentId: string) => ['project', projectId, 'canvas', environmentId] as const,
  examples: () => ['examples'] as const,

  /** Of all services: what to invalidate when it is not known which. */
  services: () => ['service'] as const,
  service: (serviceId: string) => ['service', serviceId] as const,
  deployments: (serviceId: string) => ['service', serviceId, 'deployments'] as const,
  builds: (serviceId: string) => ['service', serviceId, 'builds'] as const,
  rollbackCandidates: (serviceId: string) => ['service', serviceId, 'rollback-candidates'] as const,
  instances: (serviceId: string) => ['service', serviceId, 'instances'] as const,
  changes: (serviceId: string) => ['service', serviceId, 'changes'] as const,
  variables: (serviceId: string) => ['service', serviceId, 'variables'] as const,
  domains: (serviceId: string) => ['service', serviceId, 'domains'] as const,
  metrics: (serviceId: string, range: string) => ['service', serviceId, 'metrics', range] as const,
  serviceLogs: (serviceId: string, filter: object = {}) => ['service', serviceId, 'logs', filter] as const,

  kinds: () => ['kinds'] as const,
  kind: (name: string) => ['kinds', name] as const,
  /** Of all environments and of none. */
  cloudResourceLists: () => ['cloud-resources'] as const,
  cloudResources: (filter: object = {}) => ['cloud-resources', filter] as const,
  cloudResource: (id: string) => ['cloud-resource', id] as const,
  cloudResourceOverview: (id: string) => ['cloud-resource', id, 'overview'] as const,
  cloudResourceUpdates: (id: string) => ['cloud-resource', id, 'updates'] as const,
  /** The services that use outputs: of one resource; of all, since a variable does not tell which it is about. */
  resourceUsers: () => ['resource-users'] as const,
  resourceUsersOf: (id: string) => ['resource-users', id] as const,
  checkpoints: (id: string) => ['cloud-resource', id, 'checkpoints'] as const,

  sharedVariables: (environmentId: string) => ['environment', environmentId, 'variables'] as const,
  /** Those of a service or of an environment; what is below them takes the first key of either. */
  variablesOf: ({ kind, id }: VariableOwner) => [kind, id, 'variables'] as const,
  variableReferences: ({ kind, id }: VariableOwner) => [kind, id, 'variables', 'references'] as const,
  variableHistory: ({ kind, id }: VariableOwner) => [kind, id, 'variables', 'history'] as const,
  variableComparison: ({ kind, id }: VariableOwner, environmentId: string) =>
    [kind, id, 'variables', 'compare', environmentId] as const,

  deployment: (deploymentId: string) => ['deployment', deploymentId] as const,
  deploymentLogs: (deploymentId: string) => ['deployment', deploymentId, 'logs'] as const,
  run: (runId: string) => ['run', runId] as const,
  runOutput: (runId: string, filter: object = {}) => ['run', runId, 'output', filter] as const,
  runOutline: (runId: string) => ['run', runId, 'outline'] as const,
} as const;
