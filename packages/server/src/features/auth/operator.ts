import { z } from 'zod';
import { timestamp } from '../../platform/http/timestamp.ts';
import { emailAddress } from '../organizations/index.ts';

export const operatorSchema = z
  .strictObject({
    userId: z.string(),
    email: z.string(),
    name: z.string(),
    since: timestamp,
  })
  .meta({ id: 'Operator', description: 'Who operates the whole installation.' });
export type Operator = z.output<typeof operatorSchema>;

export const appointOperatorBody = z
  .strictObject({ email: emailAddress.meta({ description: 'Of an account of this installation.' }) })
  .meta({ id: 'AppointOperator' });
