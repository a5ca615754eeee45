export { type ClockServer, createHttpClockCheck } from './clock-check.ts';
export { createDatabaseCheck } from './database-checks.ts';
export { createDnsCheck } from './dns-check.ts';
export { registerDoctorRoutes } from './doctor-routes.ts';
export { examineAll } from './doctor-service.ts';
export { type Check, type Finding, fail, ok, type Subject, warn, worstOf } from './finding.ts';
export { createDiskCheck, createLeftoverCheck, createToolCheck, type Tool } from './machine-checks.ts';
export {
  createCaddyCheck,
  createCertificateCheck,
  createProxyCheck,
  createRegistryCheck,
} from './network-checks.ts';
export {
  createAgentBuildCheck,
  createBackupCheck,
  createNetworkCheck,
  createRuntimeCheck,
  createServerCheck,
  createSettingsCheck,
} from './platform-checks.ts';
