import { useCallback, useEffect, useRef, useState } from 'react';
import { uploadArchive } from './upload-archive.ts';

/** How far an upload is: made ready, or sent by this share (0 to 1); undefined while there is none. */
export type UploadProgress = 'packing' | number | undefined;

export interface ArchiveUploader {
  readonly progress: UploadProgress;
  /**
   * Makes the archive and sends it. Gives the upload's id; undefined when it was cancelled.
   * @throws ApiError, NetworkError, or what making the archive threw
   */
  readonly upload: (pack: () => Promise<Blob>) => Promise<string | undefined>;
  readonly cancel: () => void;
}

/** Sends archives to davit, one at a time; leaving the page ends it. */
export function useArchiveUpload(): ArchiveUploader {
  const [progress, setProgress] = useState<UploadProgress>();
  const over = useRef<AbortController>(undefined);
  const cancel = useCallback(() => over.current?.abort(), []);
  useEffect(() => cancel, [cancel]);
  const upload = useCallback(async (pack: () => Promise<Blob>) => {
    const controller = new AbortController();
    over.current = controller;
    const { signal } = controller;
    setProgress('packing');
    try {
      const archive = await pack();
      signal.throwIfAborted();
      setProgress(0);
      const { id } = await uploadArchive({ archive, signal, onProgress: setProgress });
      return id;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      setProgress(undefined);
    }
  }, []);
  return { progress, upload, cancel };
}
