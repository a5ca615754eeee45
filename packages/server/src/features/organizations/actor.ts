import type { Principal } from '../../platform/http/principal.ts';

/** Who does something, from where: what the audit log wants to know of every write. */
export interface Actor {
  principal: Principal;
  address: string;
}
