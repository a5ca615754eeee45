/**
 * What the server takes where nothing is set, for placeholders and for fields that are emptied. setting-defaults.test.ts holds
 * it to the API's document.
 */
export const settingDefaults = {
  'build.timeoutMinutes': 30,
  'healthCheck.intervalSeconds': 0.25,
  'healthCheck.timeoutSeconds': 60,
  'restart.maxRestarts': 10,
  drainSeconds: 30,
  stopGraceSeconds: 10,
  'logRetention.maxMegabytes': 256,
  'logRetention.maxDays': 14,
} as const;
