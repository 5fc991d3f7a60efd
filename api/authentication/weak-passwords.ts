import type { Identifiers } from '../../workflows/identity/user.contract.js';
import { minPasswordLength } from '../../workflows/identity/user.rules.js';

/** Words common in the product and its demo. */
const ownWords = ['millrace', 'millracedemo', 'demo', 'changeme', 'welcome', 'administrator'];
/** Letters and digits a password needs beside the person's own identifier. */
const minOfOwn = 6;

let commonPasswords: Promise<ReadonlySet<string>> | undefined;

/** Loaded when the first password is looked at: tens of thousands, of published breaches. */
async function loadKnown(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set([...dictionary['passwords-common'], ...ownWords]);
}

/**
 * Length over composition: a long password of any kind is fine, except a well-known password, a run
 * or a repetition, a well-known password with a few digits and signs around, or the person's own
 * identifier.
 */
export async function isWeakPassword(
  password: string,
  identifiers: Identifiers = {},
): Promise<boolean> {
  const text = password.normalize('NFC').toLowerCase();
  if ([...text].length < minPasswordLength || isRun(text) || isRepetition(text)) return true;
  if (isOwnIdentifier(text, identifiers)) return true;
  const common = await (commonPasswords ??= loadKnown());
  return variantsOf(text).some(
    (variant) => common.has(variant) || isRun(variant) || isRepetition(variant),
  );
}

/**
 * The text unchanged, the text without digits and signs around the letters, and the text with
 * letters in place of look-alike signs.
 */
function variantsOf(text: string): string[] {
  const squeezed = text.replaceAll(/[^\p{L}\p{N}]/gu, '');
  const core = trimmed(text);
  const plain = trimmed(lettersOf(text));
  const short = [core, plain, core.replaceAll(/[^\p{L}\p{N}]/gu, '')].filter(
    ({ length }) => length > 0,
  );
  return [text, squeezed, lettersOf(text), ...short];
}

const signs: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};
const lettersOf = (text: string): string =>
  text.replaceAll(/[013457@$!]/g, (sign) => signs[sign] ?? sign);

/** Without the digits and signs before and after. */
function trimmed(text: string): string {
  const characters = [...text];
  const isLetter = (character: string): boolean => /\p{L}/u.test(character);
  const first = characters.findIndex(isLetter);
  const last = characters.findLastIndex(isLetter);
  return first === -1 ? '' : characters.slice(first, last + 1).join('');
}

const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'abcdefghijklmnopqrstuvwxyz', '01234567890'];

/**
 * True where nearly every character equals the character before, or is a neighbour in the
 * alphabet, among the digits or on a keyboard.
 */
function isRun(text: string): boolean {
  let breaks = 0;
  for (let index = 1; index < text.length; index += 1) {
    const [before = '', now = ''] = [text[index - 1], text[index]];
    const isNext =
      before === now ||
      rows.some((row) => row.includes(before + now) || row.includes(now + before));
    if (!isNext) breaks += 1;
  }
  return text.length > 2 && breaks <= Math.floor(text.length / 6);
}

/** The same few characters again and again. */
function isRepetition(text: string): boolean {
  for (let size = 1; size <= Math.min(4, text.length / 2); size += 1)
    if (
      text.length > 2 &&
      text ===
        text
          .slice(0, size)
          .repeat(Math.ceil(text.length / size))
          .slice(0, text.length)
    )
      return true;
  return false;
}

/**
 * True for the person's own address or number, or a part of either, forwards or backwards, with
 * little added.
 */
function isOwnIdentifier(text: string, { email, phoneE164 }: Identifiers): boolean {
  const squeezed = squeeze(text);
  const [local = '', domain = ''] = email?.split('@') ?? [];
  const own = [email ?? '', local, domain, domain.split('.')[0] ?? '', phoneE164 ?? ''].map(
    squeeze,
  );
  return own
    .filter(({ length }) => length >= 4)
    .flatMap((part) => [part, [...part].reverse().join('')])
    .some((part) => squeezed.includes(part) && squeezed.replaceAll(part, '').length < minOfOwn);
}

const squeeze = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
