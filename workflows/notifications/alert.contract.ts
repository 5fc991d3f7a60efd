export const alertSeverities = ['CRITICAL', 'WARNING', 'INFO'] as const;
export type AlertSeverity = (typeof alertSeverities)[number];

/** Flat, so any template language can fill in the arguments. */
export type AlertArgs = Record<string, string | number>;
