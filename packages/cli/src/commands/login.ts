import { createApiClient, unwrap } from '@davit/api';
import type { Command } from 'commander';
import { failed, wrongUsage } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { localKey } from '../local/claim-local-server.ts';
import { findLocalServer, isAlive } from '../local/local-server.ts';
import type { Account } from '../session/config-file.ts';
import { notRunning } from '../session/connection.ts';
import { keepTokens } from '../session/token-source.ts';
import { askSecret } from '../terminal/ask-secret.ts';
import { askOrEnd, canAsk, readStandardInputValue } from '../terminal/prompt.ts';

interface LoginOptions extends CommonOptions {
  email?: string;
  password?: string;
  token?: string;
}

/** `davit.example.com` is https; a plain `http://` has to be written. */
function toAddress(text: string): string {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '') {
    throw wrongUsage(`"${text}" is no address of a server.`, { hint: 'Write one such as https://davit.example.com.' });
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function isLoopback(url: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|.*\.localhost)$/.test(new URL(url).hostname);
}

/** A secret from an option: only `-`, stdin, keeps it from the other users of the machine. */
async function readSecret(name: string, given: string, context: Context): Promise<string> {
  if (given === '-') return await readStandardInputValue();
  context.output.warn(`other users of this machine can read --${name}; use \`--${name} -\` and send it to stdin`);
  return given;
}

async function signIn(url: string, options: LoginOptions, context: Context): Promise<Account> {
  if (options.token !== undefined) {
    const apiToken = await readSecret('token', options.token, context);
    const { user } = await unwrap(createApiClient({ baseUrl: url, token: async () => apiToken }).GET('/auth/me'));
    return { email: user.email, apiToken };
  }
  if ((options.email === undefined || options.password === undefined) && !canAsk()) {
    throw wrongUsage('There is no terminal to ask on.', {
      hint: 'Send an API token to stdin with `--token -`, or give --email and `--password -`.',
    });
  }
  const email = options.email ?? (await askOrEnd('E-mail: '));
  const password =
    options.password === undefined
      ? await askSecret('Password: ', 'Send it to stdin with `--password -`.')
      : await readSecret('password', options.password, context);
  const api = createApiClient({ baseUrl: url, token: async () => undefined });
  const account: Account = {};
  keepTokens(account, await unwrap(api.POST('/auth/login', { body: { email, password } })));
  return account;
}

async function login(context: Context, options: LoginOptions, text?: string): Promise<void> {
  const { environment, config, output } = context;
  const local = await findLocalServer(environment.dataDir);
  const named = text === undefined ? environment.url : toAddress(text);
  if (named === undefined && local === undefined) throw notRunning(environment);
  const url = named ?? local?.url ?? '';
  // However its address is written, the server of this machine is kept under the name of its data folder.
  const isLocal = local !== undefined && (named === undefined || sameServer(named, local.url));
  if (!isLocal && !url.startsWith('https:') && !isLoopback(url)) {
    output.warn(`what you send to ${url} can be read on its way; use https`);
  }
  if (!(await isAlive(url, 10_000))) {
    throw failed(`No davit answers at ${url}.`, { hint: 'Check the address, and that the server runs.' });
  }
  const account = await signIn(url, options, context);
  await config.update((stored) => {
    const key = isLocal ? localKey(environment.dataDir) : url;
    const { lastServiceId } = stored.servers[key] ?? {};
    stored.servers[key] = { ...account, ...(lastServiceId === undefined ? {} : { lastServiceId }) };
    if (isLocal) delete stored.current;
    else stored.current = url;
  });
  output.result({ value: { url, email: account.email }, text: `You are ${account.email} at ${url}.` });
}

function sameServer(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)];
  return a.port === b.port && isLoopback(one) && isLoopback(other);
}

/** `davit login` */
export function createLoginCommand(): Command {
  const command = davitCommand({
    name: 'login',
    summary: 'sign in to a server',
    description:
      'Signs in to a server; the commands then speak to that one. Without an address: to the davit of this machine.\nThe sign-in is kept in $XDG_CONFIG_HOME/davit/config.json, which only you can read.',
    examples: [
      ['davit login davit.example.com', 'asks for e-mail and password'],
      ['davit login https://davit.example.com --token - < token', 'with an API token, for machines'],
    ],
  })
    .argument('[url]', 'the address of the server')
    .option('--email <address>', 'who you are')
    .option('--password <password>', '- reads it from stdin')
    .option('--token <token>', 'an API token instead; - reads it from stdin');
  return acting<LoginOptions>(command, login);
}
