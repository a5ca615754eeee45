import { defineErrors } from '../../kernel/app-error.ts';

export const canvasErrors = defineErrors({
  CANVAS_FULL: {
    kind: 'failed_precondition',
    message: 'The canvas keeps the places of no more nodes than it has now.',
    hint: 'Go back to the automatic layout, which forgets all places, and move what matters.',
  },
});
