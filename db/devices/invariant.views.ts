import { arrayOf, bigInteger, integer, text, type Values } from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { holds, limitOfFound, type RowInvariant } from '../shared/invariant.js';

export const deviceInvariants: readonly RowInvariant[] = [
  holds(
    'I7',
    'an inbox knows exactly its messages',
    `select i.device_id as found from devices.device_inboxes i
     left join (select m.device_id, count(*) as n, count(distinct m.accepted_no) as numbers, min(m.accepted_no) as first,
       max(m.accepted_no) as last from devices.device_telemetry_messages m group by 1) m using (device_id)
     left join (select m.device_id, m.epoch, range_agg(int8range(m.seq, m.seq, '[]')) as seqs
       from devices.device_telemetry_messages m group by 1, 2) e using (device_id, epoch)
     where (coalesce(m.n, 0), coalesce(m.numbers, 0), coalesce(m.last, 0))
         is distinct from (i.accepted_to, i.accepted_to, i.accepted_to)
       or coalesce(e.seqs, '{}') + case when i.closed_below > 0
         then int8multirange(int8range(lower(i.seqs), i.closed_below)) else '{}' end <> i.seqs
       or m.first > 1 or i.derived_to > i.accepted_to or i.signalled_to > i.accepted_to`,
  ),
  holds(
    'I9',
    'a message of a device is kept once',
    `select m.device_id || ' ' || m.seq as found from devices.device_telemetry_messages m
     group by m.device_id, m.epoch, m.seq having count(*) > 1`,
  ),
  holds(
    'I11',
    'what a device sent is of an account that had it',
    `select m.device_id || ' ' || m.seq as found from devices.device_telemetry_messages m where not exists (
       select 1 from devices.device_attachments a where a.account_id = m.account_id and a.device_id = m.device_id
         and a.after_no < m.accepted_no)`,
  ),
];

const derivedDevice = { deviceId: text, derivedTo: bigInteger };
type DerivedDevice = Values<typeof derivedDevice>;

const derivedDevices = query({
  name: 'invariants.derived_devices',
  parameters: { limit: integer },
  row: derivedDevice,
  text: `select i.device_id, i.derived_to from devices.device_inboxes i
   where i.derived_to > 0 order by i.device_id limit :limit`,
});
const lostMessages = query({
  name: 'invariants.lost_messages',
  parameters: { deviceId: text, seqs: arrayOf(bigInteger) },
  row: { seq: bigInteger },
  text: `
  select s.seq from unnest(:seqs) as s(seq)
  where not exists (
    select 1 from devices.device_telemetry_messages m
    where m.device_id = :deviceId and m.seq = s.seq)
  order by s.seq limit ${limitOfFound}`,
});

/** In a scope that sees past every policy. */
export const deviceInvariantViews = (scope: ReadScope) => ({
  /** Devices whose messages were derived, by id. */
  devices: (limit: number): Promise<DerivedDevice[]> => scope.read(derivedDevices, { limit }),

  /** The given messages without a row. */
  async messagesLost(deviceId: string, seqs: ReadonlySet<number>): Promise<string[]> {
    const lost = await scope.read(lostMessages, { deviceId, seqs: [...seqs] });
    return lost.map(({ seq }) => `${deviceId} ${seq}`);
  },
});
