import { channels, type Channel } from '../../workflows/identity/otp.contract.js';
import type { Recipient } from '../../workflows/identity/user.contract.js';
import type { Database, Transaction } from '../shared/database.js';

/** Which channels have a provider, as the worker that delivers codes found it at its start. Noting the same again changes nothing. */
export const createCodeChannelRecords = ({ database }: { database: Pick<Database, 'inPlatform'> }) => ({
  note: (configured: readonly Channel[]): Promise<void> =>
    database.inPlatform(async (trx) => {
      await trx.raw(
        `insert into identity.code_channels as c (channel, is_configured)
         select n.channel, n.channel = any (?::text[]) from unnest(?::text[]) as n(channel) order by 1
         on conflict (channel) do update set is_configured = excluded.is_configured, noted_at = now()
         where c.is_configured <> excluded.is_configured`,
        [[...configured], [...channels]],
      );
    }),
});

/** By which of the ways a code goes first; null where none has a provider. A channel of which nothing is noted has one. */
export async function firstChannelOf(trx: Transaction, recipients: readonly Recipient[]): Promise<Channel | null> {
  const { rows } = await trx.raw<{ rows: { channel: Channel }[] }>(
    'select c.channel from identity.code_channels c where not c.is_configured',
  );
  const missing = new Set(rows.map(({ channel }) => channel));
  return recipients.find(({ channel }) => !missing.has(channel))?.channel ?? null;
}
