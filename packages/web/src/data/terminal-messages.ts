/** The server takes messages of at most 64 KiB. */
const LARGEST = 32 * 1024;

/** Divides what is typed or pasted into messages that the server takes. */
export function inMessages(bytes: Uint8Array): readonly Uint8Array<ArrayBuffer>[] {
  const messages: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < bytes.length; at += LARGEST) messages.push(bytes.slice(at, at + LARGEST));
  return messages;
}
