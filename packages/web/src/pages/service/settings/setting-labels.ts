/** What a field is called and when a change of it takes effect, by its path in the body. */
export interface SettingLabel {
  readonly label: string;
  readonly applies: 'now' | 'deployment';
}

const deployment = (label: string): SettingLabel => ({ label, applies: 'deployment' });

export const settingLabels: Readonly<Record<string, SettingLabel>> = {
  name: { label: 'Name', applies: 'now' },
  'source.type': deployment('Where it comes from'),
  'source.url': deployment('Repository'),
  'source.reference': deployment('Branch, tag or commit'),
  'source.rootFolder': deployment('Root folder'),
  'source.submodules': deployment('Submodules'),
  'source.lfs': deployment('Large files (LFS)'),
  'source.knownHosts': deployment('Known hosts'),
  sourceCredential: deployment('Access to the repository'),
  'settings.build.installCommand': deployment('Install command'),
  'settings.build.buildCommand': deployment('Build command'),
  'settings.build.startCommand': deployment('Start command'),
  'settings.build.builder': deployment('Builder'),
  'settings.build.dockerfilePath': deployment('Dockerfile'),
  'settings.build.target': deployment('Stage of the Dockerfile'),
  'settings.build.buildArgs': deployment('Build arguments'),
  'settings.build.platform': deployment('Platform'),
  'settings.build.watchPaths': deployment('Watched files'),
  'settings.build.timeoutMinutes': deployment('Longest build'),
  'settings.port': deployment('Port'),
  'settings.memoryMb': deployment('Memory'),
  'settings.cpus': deployment('CPUs'),
  'settings.healthCheck.path': deployment('Health check path'),
  'settings.healthCheck.intervalSeconds': deployment('Health check interval'),
  'settings.healthCheck.timeoutSeconds': deployment('Time to become healthy'),
  'settings.restart.policy': deployment('Restart'),
  'settings.restart.maxRestarts': deployment('Most restarts'),
  'settings.readOnlyRoot': deployment('Read-only files'),
  'settings.releaseCommand': deployment('Release command'),
  'settings.responseHeaders': deployment('Response headers'),
  'settings.drainSeconds': deployment('Drain time'),
  'settings.stopGraceSeconds': deployment('Stop grace'),
  'settings.schedule': deployment('Schedule'),
  'settings.logRetention.maxMegabytes': deployment('Size of kept logs'),
  'settings.logRetention.maxDays': deployment('Age of kept logs'),
};
