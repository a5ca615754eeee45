import { z } from 'zod';

/** In the body of what creates something by a name. */
export const creationKey = z.string().min(1).max(200).optional().meta({
  description:
    'Names this creation: the same key, with the same name, within 24 hours of the creation and while what it made is there, is answered with that instead of a refusal. For programs whose creation may be cut short.',
});

const dayMs = 86_400_000;

interface Made {
  readonly creationKey: string | null;
  readonly createdAt: Date;
}

/** Whether what has the name was made by the very creation that is tried again. */
export function isSameCreation<Row extends Made>(row: Row | undefined, key: string | undefined): row is Row {
  if (row === undefined || key === undefined || row.creationKey !== key) return false;
  return Date.now() - row.createdAt.getTime() < dayMs;
}
