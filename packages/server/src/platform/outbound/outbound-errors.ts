import { defineErrors } from '../../kernel/app-error.ts';

/** What can be in the way of a call that davit makes for somebody. */
export const outboundErrors = defineErrors({
  OUTBOUND_ADDRESS_REFUSED: {
    kind: 'failed_precondition',
    message: 'davit does not call this address.',
    hint: 'Only https addresses of the public Internet are called. An operator can allow others by their network in OUTBOUND_NETWORKS.',
  },
  OUTBOUND_UNREACHABLE: {
    kind: 'unavailable',
    message: 'The other side cannot be reached.',
    hint: 'Check the address, and the network between it and davit.',
  },
  OUTBOUND_ANSWER_UNUSABLE: {
    kind: 'unavailable',
    message: 'The other side answered with something that is too long or takes too long.',
    hint: 'Check that the address is that of the service it should be.',
  },
});
