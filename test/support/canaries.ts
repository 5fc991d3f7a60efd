/** Values that must stay where they belong, by what they are. */
export type Canaries = Readonly<Record<string, string>>;

/** Which of them a text holds, plain or as they would be encoded on their way. */
export function leaksIn(text: string, canaries: Canaries): string[] {
  return Object.entries(canaries)
    .filter(([, value]) => formsOf(value).some((form) => form.test(text)))
    .map(([name]) => name);
}

function formsOf(value: string): RegExp[] {
  // A short number is looked for where it stands alone: in the digits of times and ids any six of them occur.
  if (/^\d{4,8}$/.test(value)) return [new RegExp(`(?<![\\d.\\w-])${value}(?![\\d\\w-])`)];
  const encoded = [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    ...inBase64(value),
    inHex(value),
  ];
  return [...new Set(encoded)].map((form) => new RegExp(form.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i'));
}

const inHex = (value: string): string => Buffer.from(value).toString('hex');

/** Behind any number of other bytes: what of it does not depend on its neighbours. */
const inBase64 = (value: string): string[] =>
  [0, 1, 2].map((before) => {
    const text = Buffer.from(`${' '.repeat(before)}${value}`)
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(before === 0 ? 0 : before + 1, -2);
  });

/** Every text and every byte of a value of whatever shape. */
export function textsOf(value: unknown): string {
  const texts: string[] = [];
  const walk = (part: unknown): void => {
    if (part instanceof Uint8Array) texts.push(Buffer.from(part).toString());
    else if (Array.isArray(part)) part.forEach(walk);
    else if (typeof part === 'object')
      for (const [name, field] of Object.entries(part ?? {})) {
        texts.push(name);
        walk(field);
      }
    else if (typeof part === 'string' || typeof part === 'number') texts.push(String(part));
  };
  walk(value);
  return texts.join('\n');
}
