/** What the engines of RDS differ in. */
interface Engine {
  readonly defaultVersion: string;
  /** Family of parameters of a version. */
  familyOf(version: string): string;
  /** Makes the server refuse connections without TLS. */
  readonly tlsOnly: { readonly name: string; readonly value: string };
  /** Kept in CloudWatch. */
  readonly logs: readonly string[];
}

const majorAndMinor = (version: string): string => {
  const [major, minor = '0'] = version.split('.');
  return `${major}.${minor}`;
};

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html */
export const engines: Readonly<Record<'postgres' | 'mysql' | 'mariadb', Engine>> = {
  postgres: {
    defaultVersion: '17',
    familyOf: (version) => `postgres${version.split('.')[0]}`,
    tlsOnly: { name: 'rds.force_ssl', value: '1' },
    logs: ['postgresql', 'upgrade'],
  },
  mysql: {
    defaultVersion: '8.4',
    familyOf: (version) => `mysql${majorAndMinor(version)}`,
    tlsOnly: { name: 'require_secure_transport', value: '1' },
    logs: ['error', 'slowquery'],
  },
  mariadb: {
    defaultVersion: '11.4',
    familyOf: (version) => `mariadb${majorAndMinor(version)}`,
    tlsOnly: { name: 'require_secure_transport', value: '1' },
    logs: ['error', 'slowquery'],
  },
};
