/** Shorter ones are no secrets, and stand in places that have nothing to do with them. */
const shortest = 8;

/** Base64 of bytes wherever it begins within a longer text; characters that hold bits of a neighbour are left out. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
}

/** The ways in which a secret may be written down: as it is, in base64 and base64url, in hexadecimal (as PostgreSQL shows bytes), in URLs and JSON. */
export function secretForms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = base64Forms(bytes);
  const written = [secret, ...base64, ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
  const inHex = written.map((text) => Buffer.from(text).toString('hex'));
  const escaped = [encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  return [...new Set([...written, ...inHex, ...escaped])].filter((form) => form.length >= shortest);
}

/** What of a text that has several lines, such as a private key, is a secret of its own. */
export function secretParts(secret: string): string[] {
  const lines = secret.split(/[\r\n]+/).filter((line) => line.length >= 32 && !line.startsWith('-----'));
  return secret.length < shortest ? [] : [secret, ...(lines.length > 1 ? lines : [])];
}
