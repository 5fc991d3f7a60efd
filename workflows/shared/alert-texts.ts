import { domainWords } from '../domains.js';
import type { AlertTexts } from './alert-language.js';

/** The texts of every domain's alerts, by message key. */
export const alertTexts: AlertTexts = Object.assign(
  {},
  ...domainWords.map((words) => words.alertTexts),
);
export const alertMessageKeys: readonly string[] = Object.keys(alertTexts);

/** What alerts are about, in the words of every domain. */
export const alertContexts: readonly string[] = domainWords.flatMap(
  (words): readonly string[] => words.alertContexts,
);
