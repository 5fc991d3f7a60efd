/** Enough to recognize an identifier, too little to write to: `a…@example.com`, `+254…678`. */
export function maskOf(identifier: string): string {
  const [name = '', domain] = identifier.split('@');
  return domain === undefined
    ? `${identifier.slice(0, 4)}…${identifier.slice(-3)}`
    : `${name.slice(0, 1)}…@${domain}`;
}
