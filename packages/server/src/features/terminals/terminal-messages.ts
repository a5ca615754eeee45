import { z } from 'zod';

const cells = z.int().min(1).max(1000);

const upMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('resize'), cols: cells, rows: cells }),
  z.strictObject({ type: z.literal('end') }),
]);

/** What a client may say in text: undefined when it is nothing of the kind. */
export function parseUpMessage(text: string): z.output<typeof upMessage> | undefined {
  try {
    return upMessage.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The last thing that a terminal says in text. */
export interface ExitMessage {
  type: 'exit';
  code: number | null;
  reason: string;
}
