import type { Database } from '../../../db/connection/database.js';
import { newId } from '../../../db/shared/id.js';
import {
  levelStore,
  type MeasuredReservoir,
  type NewReading,
} from '../../../db/water/level.store.js';
import { reservoirRecords } from '../../../db/water/reservoir.records.js';
import { transacted } from '../servers/transacted.js';
import { siteRecords } from '../../../db/water/site.records.js';
import type { NewReservoir } from '../../../workflows/water/reservoir.contract.js';

/** The editing principal and the account. */
export interface Editor {
  accountId: string;
  principalId: string;
}

export const anEditor = (): Editor => ({ accountId: newId(), principalId: newId() });

export const aSite = (database: Database, editor: Editor, name = 'Yard'): Promise<string> =>
  transacted(database, editor, siteRecords).create({ name });

/** A tank of 1,000 litres and 2 m, low at 20 %, critical at 10 %. */
export const aNewReservoir = (siteId: string, given: Partial<NewReservoir> = {}): NewReservoir => ({
  siteId,
  name: 'Tank',
  reservoirType: 'TANK',
  mobility: 'FIXED',
  monitoringMode: 'DEVICE',
  capacityLiters: 1_000,
  heightMm: 2_000,
  lowThresholdPct: 20,
  criticalThresholdPct: 10,
  ...given,
});

/** On a separate site. */
export async function aMeasuredReservoir(
  database: Database,
  editor = anEditor(),
  given: Partial<NewReservoir> = {},
): Promise<MeasuredReservoir> {
  const siteId = await aSite(database, editor);
  const reservoirId = await transacted(database, editor, reservoirRecords).create(
    aNewReservoir(siteId, given),
  );
  const reservoir = await transacted(database, editor, levelStore).measured({
    accountId: editor.accountId,
    reservoirId,
  });
  if (!reservoir) throw new Error('the reservoir that was made is not there');
  return reservoir;
}

/** Of one device, a second after the reading before. */
export const aDeviceReading = (
  seq: number,
  levelPct: number,
  given: Partial<NewReading> = {},
): NewReading => ({
  recordedAt: new Date(Date.UTC(2026, 0, 1) + seq * 1_000).toISOString(),
  levelPct,
  volumeLiters: levelPct * 10,
  source: 'DEVICE',
  deviceId: 'B43A4536C83C',
  deviceSeq: seq,
  ...given,
});
