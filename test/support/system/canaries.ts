/** Values that must not leak, by the kind of secret. */
export type Canaries = Readonly<Record<string, string>>;

/** The canaries in a text, plain or in the encodings of transport. */
export function leaksIn(text: string, canaries: Canaries): string[] {
  return Object.entries(canaries)
    .filter(([, value]) => formsOf(value).some((form) => form.test(text)))
    .map(([name]) => name);
}

function formsOf(value: string): RegExp[] {
  // A short number is looked for only alone: any six digits occur in the digits of times and ids.
  if (/^\d{4,8}$/.test(value)) return [new RegExp(`(?<![\\d.\\w-])${value}(?![\\d\\w-])`)];
  const encoded = [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    ...inBase64(value),
    inHex(value),
  ];
  return [...new Set(encoded)].map(
    (form) => new RegExp(form.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i'),
  );
}

const inHex = (value: string): string => Buffer.from(value).toString('hex');

/** Behind any number of other bytes: the part of the encoding independent of the neighbours. */
const inBase64 = (value: string): string[] =>
  [0, 1, 2].map((before) => {
    const text = Buffer.from(`${' '.repeat(before)}${value}`)
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(before === 0 ? 0 : before + 1, -2);
  });

/** Every text and every byte of a value of any shape. */
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
