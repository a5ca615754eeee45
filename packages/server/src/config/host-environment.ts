/**
 * What davit's own tools of the host are given: how they find programs, homes, registries and certificates. Nothing of davit's
 * configuration is in it, so that no secret of davit's reaches another program.
 */
const passed =
  /^(PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|SSL_CERT_\w+|NODE_EXTRA_CA_CERTS|PIP_\w+|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|GIT_SSL_CAINFO|npm_config_\w+|NPM_CONFIG_\w+|(https?|no|all)_proxy|(HTTPS?|NO|ALL)_PROXY|PYENV_\w+|RUSTUP_\w+|CARGO_HOME|GOROOT|GOPROXY|JAVA_HOME|SYSTEMROOT)$/;

/** The part of this process's environment that other programs may see. */
export function hostEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value !== undefined && passed.test(name) ? [[name, value]] : [])),
  );
}

/** All of it, for this program itself when it starts anew. */
export function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
