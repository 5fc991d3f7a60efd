import { describe, expect, it } from '@jest/globals';
import type { AlertArgs } from '../../workflows/notifications/alert.contract.js';
import { alertLanguages, type AlertLanguage } from '../../workflows/shared/alert-language.js';
import { alertMessageKeys, alertTexts } from '../../workflows/shared/alert-texts.js';
import { renderAlert } from '../../workflows/notifications/alert-text.rules.js';

const rendered = (key: string, args: AlertArgs, language: AlertLanguage) => {
  const text = alertTexts[key];
  if (!text) throw new Error(`there is no ${key}`);
  return renderAlert(text, args, language);
};

describe('the text of an alert', () => {
  const args = { reservoir_name: 'Tank', level_pct: 12.34 };

  it('has its arguments filled in, with numbers as the language writes them', () => {
    expect(rendered('reservoir.level_low', args, 'en')).toEqual({
      title: 'Tank: level low',
      message: 'The level is at 12.3 %. Plan a refill.',
    });
    expect(rendered('reservoir.level_low', args, 'pt').message).toContain('12,3 %');
    expect(rendered('reservoir.level_low', args, 'fr').message).toContain('12,3 %');
  });

  it('shows the name of an argument that is missing', () => {
    expect(rendered('device.offline', {}, 'en').title).toBe('{device_name}: not heard of');
  });

  it('takes the same arguments in every language', () => {
    const slotsOf = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();
    for (const key of alertMessageKeys) {
      const slots = alertLanguages.map((language) => {
        const { title, message } = rendered(key, {}, language);
        return { key, slots: slotsOf(`${title} ${message}`) };
      });
      expect(new Set(slots.map((each) => JSON.stringify(each))).size).toBe(1);
    }
  });
});
