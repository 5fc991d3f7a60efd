import { describe, expect, it } from '@jest/globals';
import { noticeKinds } from '../../../workflows/identity/notice/notice.contract.js';
import { noticeText } from '../../../workflows/identity/notice/notice-text.rules.js';

describe('the text of a notice', () => {
  it.each(['en', 'pt', 'fr'])('differs by its kind: %s', (language) => {
    const texts = noticeKinds.map((kind) => noticeText(kind, language).text);
    expect(new Set(texts).size).toBe(noticeKinds.length);
  });

  it('is in English for a language without a wording, and knows regions', () => {
    expect(noticeText('NEW_SIGN_IN', 'sw')).toEqual(noticeText('NEW_SIGN_IN', 'en'));
    expect(noticeText('NEW_SIGN_IN', 'fr-CA')).toEqual(noticeText('NEW_SIGN_IN', 'fr'));
    expect(noticeText('NEW_SIGN_IN', 'fr')).not.toEqual(noticeText('NEW_SIGN_IN', 'pt'));
  });
});
