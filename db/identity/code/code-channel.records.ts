import { channels, type Channel } from '../../../workflows/identity/otp.contract.js';
import type { Recipient } from '../../../workflows/identity/user.contract.js';
import { arrayOf, text, textOf } from '../../connection/column.js';
import type { ReadScope, StatementScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const channelNote = query({
  name: 'codeChannel.note',
  parameters: { configured: arrayOf(text), channels: arrayOf(text) },
  text: `insert into identity.code_channels as c (channel, is_configured)
   select n.channel, n.channel = any (:configured) from unnest(:channels) as n(channel) order by 1
   on conflict (channel) do update set is_configured = excluded.is_configured, noted_at = now()
   where c.is_configured <> excluded.is_configured`,
});

/**
 * Channels with a provider, as found at the start of the worker that delivers codes. Noting the
 * same channels again changes nothing.
 */
export const codeChannelRecords = (scope: StatementScope) => ({
  async note(configured: readonly Channel[]): Promise<void> {
    await scope.run(channelNote, { configured, channels });
  },
});

const missingChannels = query({
  name: 'codeChannel.missing',
  row: { channel: textOf<Channel>() },
  text: 'select c.channel from identity.code_channels c where not c.is_configured',
});

/**
 * The first channel for a code; null without a provider on any. A channel never noted counts as
 * having a provider.
 */
export async function firstChannelOf(
  scope: ReadScope,
  recipients: readonly Recipient[],
): Promise<Channel | null> {
  const rows = await scope.read(missingChannels, {});
  const missing = new Set(rows.map(({ channel }) => channel));
  return recipients.find(({ channel }) => !missing.has(channel))?.channel ?? null;
}
