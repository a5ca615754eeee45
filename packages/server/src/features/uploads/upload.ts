import { z } from 'zod';

/** What is told of an upload. */
export const uploadSchema = z
  .strictObject({
    id: z.string(),
    bytes: z.int().meta({ description: 'Size of the archive as it was sent.' }),
    files: z.int().meta({ description: 'Files and links in it.' }),
    sha256: z.string().meta({ description: 'Of the archive as it was sent, in hexadecimal digits.' }),
  })
  .meta({ id: 'Upload' });
export type Upload = z.infer<typeof uploadSchema>;
