import { compare, percentile, type Side } from '../shared/ratio.js';
import type { Figure } from '../shared/report.js';
import { post } from './requests.js';
import type { SmsProvider } from './sms-provider.js';

const registrationsARound = 20;
const ceiling = 2;
let registered = 0;

/**
 * From a registration to the provider's call, over outbox, relay and workflow; against a handler
 * with a direct call to the provider.
 */
export async function benchCodes(
  provider: SmsProvider,
  { port, forgetfulPort }: { port: number; forgetfulPort: number },
): Promise<Figure> {
  const measured = await compare(medianMs(provider, port), medianMs(provider, forgetfulPort));
  const { ratio, min, max, ours, divisor, rounds } = measured;
  return {
    name: 'identity.code_to_provider_ratio',
    value: ratio,
    unit: 'x',
    limit: `≤ ${ceiling}`,
    target: '≤ 1.25',
    isMet: ratio <= ceiling,
    note: `p50 ${ours.toFixed(1)} ms ÷ ${divisor.toFixed(1)} ms, ${rounds} rounds, ${min.toFixed(2)} to ${max.toFixed(2)}`,
  };
}

/** The median registration of a round, one after another, with a new number each. */
const medianMs =
  (provider: SmsProvider, port: number): Side =>
  async () => {
    const times: number[] = [];
    while (times.length < registrationsARound) {
      registered += 1;
      const number = `+2547${String(10_000_000 + registered)}`;
      const startedAt = performance.now();
      await post(port, '/v1/auth/register', {
        phone_e164: number,
        password: `a long one of ${number}`,
      });
      times.push((await provider.arrival(number)) - startedAt);
    }
    return percentile(times, 0.5);
  };
