/** Languages of alerts. */
export const alertLanguages = ['en', 'pt', 'fr'] as const;
export type AlertLanguage = (typeof alertLanguages)[number];

export interface AlertText {
  title: string;
  message: string;
}

/**
 * The texts of a domain's alerts, by message key (`reservoir.level_low`), for ever the same: alerts
 * keep the key and the arguments, and are rendered when they are read. `{slots}` take arguments.
 */
export type AlertTexts = Readonly<Record<string, Readonly<Record<AlertLanguage, AlertText>>>>;
