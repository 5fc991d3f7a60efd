const mappedV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * The place of a request or connection, as the key of a count: an IPv4 address whole, also where
 * written as IPv6; of an IPv6 address the /64, since a household has all of a /64, however written.
 */
export function placeOf(address: string): string {
  if (!address.includes(':')) return address;
  const [, v4] = mappedV4.exec(address) ?? [];
  if (v4 !== undefined) return v4;
  const [head = [], tail] = withoutZone(address)
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  return [...head, ...Array<string>(zeros).fill('0'), ...(tail ?? [])]
    .slice(0, 4)
    .map(shortest)
    .join(':');
}

const withoutZone = (address: string): string => address.replace(/%.*$/, '');
/** Without leading zeros, in lower case. */
const shortest = (group: string): string => group.toLowerCase().replace(/^0+(?=.)/, '');
