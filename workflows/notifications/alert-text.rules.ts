import type { AlertArgs } from './alert.contract.js';
import type { AlertLanguage, AlertText } from '../shared/alert-language.js';

const decimalMark: Record<AlertLanguage, string> = { en: '.', pt: ',', fr: ',' };

/** Numbers are rounded to a tenth; a missing argument leaves its name in braces. */
export function renderAlert(
  text: Readonly<Record<AlertLanguage, AlertText>>,
  args: AlertArgs,
  language: AlertLanguage,
): AlertText {
  const textOf = (value: string | number): string =>
    typeof value === 'number'
      ? String(Math.round(value * 10) / 10).replace('.', decimalMark[language])
      : value;
  const fill = (template: string): string =>
    template.replace(/\{(\w+)\}/g, (slot, name: string) => {
      const value = args[name];
      return value === undefined ? slot : textOf(value);
    });
  const { title, message } = text[language];
  return { title: fill(title), message: fill(message) };
}
