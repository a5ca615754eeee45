import { accessSync, constants } from 'node:fs';
import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { Cron } from 'croner';
import { z } from 'zod';

/** One environment variable: how its text is read, and what the documentation says about it. */
export interface Setting<T> {
  /** Reads the text. Its description says what is expected. */
  schema: z.ZodType<T, string>;
  /** Read when the variable is unset or empty. */
  default: string | undefined;
  /** What the documentation gives as the default. */
  shownDefault: string;
  meaning: string;
  /** Its value is never shown, not even when it is wrong. */
  secret: boolean;
  /** Values that are meant for parts which this version does not have. */
  planned: readonly string[];
}

interface SettingOptions {
  meaning: string;
  shownDefault?: string;
  secret?: boolean;
  planned?: readonly string[];
}

/** A variable that always has a value. */
export function setting<T>(schema: z.ZodType<T, string>, options: SettingOptions & { default: string }): Setting<T> {
  return { schema, secret: false, planned: [], shownDefault: `\`${options.default}\``, ...options };
}

/** A variable that may be unset; `shownDefault` says what happens then. */
export function optional<T>(
  schema: z.ZodType<T, string>,
  options: SettingOptions & { shownDefault: string },
): Setting<T | undefined> {
  return { schema, secret: false, planned: [], default: undefined, ...options };
}

const secondsIn = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds: `300`, `90s`, `15m`, `168h`, `7d`. */
export const duration = z
  .string()
  .regex(/^[1-9]\d{0,8}[smhd]?$/)
  .transform((text) => Number.parseInt(text, 10) * secondsIn[(text.match(/[smhd]$/)?.[0] ?? 's') as 's'])
  .describe('a duration such as 300 (seconds), 90s, 15m, 168h or 7d');

/** A duration of whole seconds within limits. */
export function durationWithin(min: number, max: number): z.ZodType<number, string> {
  return duration
    .refine((seconds) => seconds >= min && seconds <= max)
    .describe(`a duration from ${min}s to ${max}s, such as 20 (seconds) or 1m`);
}

/** A whole number within limits. */
export function integer(min: number, max: number): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^\d{1,10}$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max)
    .describe(`a whole number from ${min} to ${max}`);
}

export const port = integer(0, 65_535).describe('a port from 0 to 65535, where 0 lets the system choose');

export const boolean = z
  .enum(['true', 'false', '1', '0'])
  .transform((text) => text === 'true' || text === '1')
  .describe('true or false');

/** One of several words. */
export function choice<const Word extends string>(words: readonly Word[]): z.ZodType<Word, string> {
  return z
    .string()
    .transform((text) => text as Word)
    .refine((word) => words.includes(word))
    .describe(words.length === 1 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`);
}

export const folder = z.string().describe('the path of a folder');

export const listenHost = z
  .string()
  .refine((host) => host === 'localhost' || isIP(host) !== 0)
  .describe('an IP address of this machine, such as 127.0.0.1 or 0.0.0.0, or localhost');

export const hostName = z
  .string()
  .toLowerCase()
  .regex(/^(?=.{1,200}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/)
  .describe('a host name without port, such as apps.example.com');

/** An http or https URL without user, query or fragment; the result has no slash at its end. */
export const webUrl = z
  .string()
  .refine((value) => {
    const url = URL.parse(value);
    return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.search && !url.hash;
  })
  .transform((value) => value.replace(/\/+$/, ''))
  .describe('a URL that begins with http:// or https://, such as https://davit.example.com');

export const postgresUrl = z
  .string()
  .refine((value) => /^postgres(?:ql)?:$/.test(URL.parse(value)?.protocol ?? ''))
  .describe('a URL such as postgres://user:password@host:5432/database');

/** The host, or the path of a socket, must be of this machine: Caddy reaches the agent's proxy there. */
export const caddyAdmin = z
  .string()
  .refine((text) => {
    if (/^unix:\/\/\/[^\0]{1,100}$/.test(text)) return true;
    const url = URL.parse(text);
    return url?.protocol === 'http:' && url.origin === text.replace(/\/$/, '') && !url.username;
  })
  .transform((text) => text.replace(/\/$/, ''))
  .describe('http://HOST:PORT or unix:///PATH, such as http://127.0.0.1:2019 or unix:///var/lib/caddy/admin.sock');

export const emailAddress = z.email().max(254).describe('an e-mail address');

function isResolver(entry: string): boolean {
  if (isIP(entry) !== 0) return true;
  const [, address = '', port = ''] =
    /^(?:\[(?=[^\]]*:)|(?=[^:]*:\d+$))([0-9a-fA-F.:]+?)\]?:(\d{1,5})$/.exec(entry) ?? [];
  return isIP(address) !== 0 && Number(port) > 0 && Number(port) < 65_536;
}

export const resolverList = z
  .string()
  .transform((list) => list.split(',').map((entry) => entry.trim()))
  .refine((entries) => entries.every(isResolver))
  .describe('IP addresses of DNS servers separated by commas, such as 9.9.9.9,[2620:fe::fe]:53');

function isNetwork(entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

export const networkList = z
  .string()
  .transform((list) => list.split(',').map((entry) => entry.trim()))
  .refine((entries) => entries.every(isNetwork))
  .describe('IP addresses or networks separated by commas, such as 10.0.0.0/8,127.0.0.1');

export const ipv4Network = z
  .string()
  .refine((text) => isIP(text.split('/')[0] ?? '') === 4 && isNetwork(text) && /\/(?:8|9|1\d|2[0-4])$/.test(text))
  .describe('an IPv4 network of /8 to /24, such as 10.213.0.0/16');

export const nonEmptyText = z.string().min(1).describe('a text');

/** Where backups go. */
export type BackupTarget = { type: 'folder'; folder: string } | { type: 's3'; bucket: string; prefix: string };

// Bucket names as Amazon has them; a prefix of folders whose names need no escape.
const s3Target = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,8})\/?$/;

/** An absolute path, or `s3://BUCKET/FOLDER`. */
export const backupTarget = z
  .string()
  .refine((text) => isAbsolute(text) || s3Target.test(text))
  .transform((text): BackupTarget => {
    const [, bucket, folders = ''] = s3Target.exec(text) ?? [];
    if (bucket === undefined) return { type: 'folder', folder: text };
    return { type: 's3', bucket, prefix: folders === '' ? '' : `${folders.slice(1)}/` };
  })
  .describe('the absolute path of a folder, or s3://BUCKET or s3://BUCKET/FOLDER');

/** Times as cron has them, in UTC. */
export const cronSchedule = z
  .string()
  .refine((text) => {
    try {
      return new Cron(text, { paused: true, timezone: 'UTC' }).nextRun() !== null;
    } catch {
      return false;
    }
  })
  .describe('a cron expression in UTC, such as 30 3 * * *');

export const absolutePath = z.string().refine(isAbsolute).describe('an absolute path');

export const readableFile = absolutePath
  .refine((path) => {
    try {
      accessSync(path, constants.R_OK);
      return true;
    } catch {
      return false;
    }
  })
  .describe('the absolute path of a file that davit can read');

/** Long enough that it cannot be guessed (RFC 7518, section 3.2: a key for HS256 has at least 256 bits). */
export const signingSecret = z.string().min(32).describe('at least 32 characters, from a random source');

/** It is sent in a header, and stands in the configuration of the proxy. */
export const proxyToken = z
  .string()
  .regex(/^[\x21-\x7e]{32,200}$/)
  .describe('32 to 200 letters, digits and signs, from a random source');

/** A part of an access key of S3: it is sent in a header. */
export const accessKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/)
  .describe('letters, digits and signs without spaces');

/** A password of a registry. Clouds give tokens of some thousand characters, and the JSON key of a service account as it is. */
export const registryPassword = z
  .string()
  .max(8192)
  .regex(/^[\x21-\x7e](?:[\x20-\x7e\t\r\n]*[\x21-\x7e])?$/)
  .describe('at most 8192 characters of ASCII, without a blank at either end');

/** 256 bits as 64 hexadecimal digits or as base64. */
export const rootKey = z
  .string()
  .transform((value) => decodeRootKey(value))
  .refine((key) => key.length === 32)
  .describe('32 random bytes as base64 or hexadecimal, such as from `openssl rand -base64 32`');

/** The bytes of a root key in its text form. Of another length than 32 when it is not one. */
export function decodeRootKey(value: string): Buffer {
  if (/^[0-9a-fA-F]{64}$/.test(value)) return Buffer.from(value, 'hex');
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(value) ? Buffer.from(value, 'base64') : Buffer.alloc(0);
}
