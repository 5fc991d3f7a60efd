/** Where a request comes from, to be counted by: an IPv6 address stands for its /64, of which one household has all. */
export function placeOf(ip: string): string {
  if (!ip.includes(':') || ip.includes('.')) return ip;
  const [head = [], tail = []] = ip.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  return [...head, ...Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0'), ...tail]
    .slice(0, 4)
    .join(':');
}
