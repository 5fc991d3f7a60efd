import { describe, expect, it } from '@jest/globals';
import { codeText } from '../../../workflows/identity/code-text.rules.js';

describe('the text of a code', () => {
  it.each(['en', 'pt', 'fr'])('names code, purpose and end in %s', (language) => {
    const verifying = codeText('VERIFY_IDENTIFIER', language, '042137');
    const resetting = codeText('RESET_PASSWORD', language, '042137');
    for (const { text } of [verifying, resetting]) expect(text).toMatch(/042137.*10 minut/);
    expect(new Set([verifying.text, resetting.text, verifying.subject]).size).toBe(3);
  });

  it('is in the language of a tag, or else in English', () => {
    expect(codeText('RESET_PASSWORD', 'pt-AO', '1')).toEqual(codeText('RESET_PASSWORD', 'pt', '1'));
    expect(codeText('RESET_PASSWORD', 'sw', '1')).toEqual(codeText('RESET_PASSWORD', 'en', '1'));
  });
});
