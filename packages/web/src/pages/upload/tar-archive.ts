/** A file with its path in the archive: slashes, never leading. */
export interface ArchiveFile {
  readonly path: string;
  readonly file: Blob & { readonly lastModified?: number };
}

const BLOCK = 512;
const encoder = new TextEncoder();

/**
 * A tar archive of files (POSIX.1-2001, "pax"). It only refers to their contents, which the browser reads when it is sent: folders
 * that are larger than the memory can be packed.
 */
export async function packTar(files: readonly ArchiveFile[]): Promise<Blob> {
  const parts: BlobPart[] = [];
  for (const { path, file } of files) {
    const mode = (await isScript(file)) ? 0o755 : 0o644;
    const modified = Math.floor((file.lastModified ?? 0) / 1000);
    if (!fitsHeader(path)) {
      const record = paxRecord('path', path);
      parts.push(header('pax', 'x', record.length, 0o644, modified), record, padding(record.length));
    }
    parts.push(header(path, '0', file.size, mode, modified), file, padding(file.size));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return new Blob(parts, { type: 'application/x-tar' });
}

/** A browser does not tell which files may be run. Scripts that name their interpreter are meant to be: `./mvnw`, `bin/start`. */
async function isScript(file: Blob): Promise<boolean> {
  return (await file.slice(0, 2).text()) === '#!';
}

function fitsHeader(path: string): boolean {
  return /^[\x20-\x7e]{1,100}$/.test(path);
}

/** `<length> <name>=<value>\n`, where the length counts itself. */
function paxRecord(name: string, value: string): Uint8Array<ArrayBuffer> {
  const rest = encoder.encode(` ${name}=${value}\n`).length;
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return encoder.encode(`${length} ${name}=${value}\n`);
}

function padding(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}

function header(path: string, type: '0' | 'x', size: number, mode: number, modified: number): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  const write = (text: string, offset: number, length: number): void => {
    block.set(encoder.encode(text).subarray(0, length), offset);
  };
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;
  write(path, 0, 100);
  write(octal(mode, 8), 100, 8);
  write(octal(0, 8), 108, 8);
  write(octal(0, 8), 116, 8);
  write(octal(size, 12), 124, 12);
  write(octal(modified, 12), 136, 12);
  write('        ', 148, 8);
  write(type, 156, 1);
  write('ustar\x0000', 257, 8);
  const sum = block.reduce((total, byte) => total + byte, 0);
  write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8);
  return block;
}
