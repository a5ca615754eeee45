/** What of davit's own environment the programs that fetch sources need to reach the outside. */
export function networkEnvironment(
  environment: Readonly<Record<string, string>>,
  extraCaFile: string | undefined,
): Record<string, string> {
  const names = [
    'PATH',
    'HTTPS_PROXY',
    'https_proxy',
    'HTTP_PROXY',
    'http_proxy',
    'NO_PROXY',
    'no_proxy',
    'GIT_SSL_CAINFO',
  ];
  const kept = Object.fromEntries(
    names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
  return extraCaFile === undefined ? kept : { ...kept, GIT_SSL_CAINFO: extraCaFile };
}
