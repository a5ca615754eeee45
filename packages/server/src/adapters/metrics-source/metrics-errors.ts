import { defineErrors } from '../../kernel/app-error.ts';

export const metricsErrors = defineErrors({
  METRICS_UNAVAILABLE: {
    kind: 'unavailable',
    message: 'The metrics cannot be read from Prometheus.',
    hint: 'Check that Prometheus runs at PROMETHEUS_URL and answers davit; without PROMETHEUS_URL davit shows its own figures.',
  },
});
