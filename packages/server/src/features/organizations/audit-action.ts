/** Operations that the audit log knows by another name than their own one taken apart. */
const named: Readonly<Record<string, string>> = {
  changePassword: 'account.change_password',
  updateMe: 'account.rename',
  getMe: 'account.get',
  login: 'auth.login',
  logout: 'auth.logout',
  register: 'auth.register',
  refresh: 'session.refresh',
  updateMember: 'member.change_role',
  updateOrganization: 'organization.rename',
  moveNodes: 'canvas.move_nodes',
  testRegistryCredential: 'credential.test_registry',
  checkCloudResourceDrift: 'cloud_resource.check_drift',
};

/** One of several: what was done to many is found beside what was done to one. `canvas` and `status` are no plurals. */
const singular = (noun: string): string => noun.replace(/(?<![aus])s$/, '');

const words = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

/**
 * What the audit log calls an operation of the API: always `noun.verb`, so that all that is done to one kind of thing begins alike, and the same
 * whether it was done or refused. `deployService` → `service.deploy`.
 */
export function auditActionOf(operationId: string): string {
  const { verb, noun } = /^(?<verb>[a-z]+)(?<noun>[A-Z].*)$/.exec(operationId)?.groups ?? {};
  const derived = noun === undefined ? words(operationId) : `${singular(words(noun))}.${verb}`;
  return named[operationId] ?? derived;
}
