import type { Connection } from '../session/connection.ts';
import { packSource } from '../source/pack-source.ts';
import { uploadSource } from '../source/upload-source.ts';
import { formatBytes } from '../terminal/duration.ts';
import { createLiveRegion } from '../terminal/live-region.ts';
import type { Output } from '../terminal/output.ts';

// Below this an upload is over before anybody could read how far it is.
const shownFromBytes = 4 * 1024 * 1024;

/** Uploads a folder with what belongs to its source, and shows how far it is. @returns the id of the upload */
export async function sendFolder(connection: Connection, folder: string, output: Output): Promise<string> {
  const source = await packSource(folder);
  const region = output.isLive && source.bytes >= shownFromBytes ? createLiveRegion(process.stderr) : undefined;
  let drawnAt = 0;
  try {
    const upload = await uploadSource(connection, source, {
      onProgress(bytes) {
        if (region === undefined || Date.now() - drawnAt < 100) return;
        drawnAt = Date.now();
        region.draw([`uploading ${formatBytes(bytes)} of ${formatBytes(source.bytes)}`]);
      },
    });
    region?.clear();
    const files = `${source.files} ${source.files === 1 ? 'file' : 'files'}`;
    output.note(`${output.noteStyle.green('✓')} uploaded ${files} (${formatBytes(source.bytes)})`);
    return upload.id;
  } finally {
    region?.clear();
  }
}
