import { pack as createPack, type Header } from 'tar-stream';

/** An entry of a tar archive; what is not given is that of an empty plain file. */
export type TarEntry = Partial<Header> & { name: string; content?: string | Buffer };

/** A tar archive, hostile ones included. */
export async function tar(...entries: readonly TarEntry[]): Promise<Buffer> {
  const pack = createPack();
  for (const { content, ...header } of entries) pack.entry(header, content ?? '');
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
