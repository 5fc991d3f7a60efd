import type { Database } from '../../db/shared/database.js';
import { newId } from '../../db/shared/id.js';
import { findMeasuredReservoir, type MeasuredReservoir, type NewReading } from '../../db/water/level.store.js';
import { createReservoirRecords } from '../../db/water/reservoir.records.js';
import { createSiteRecords, type Editor } from '../../db/water/site.records.js';
import type { NewReservoir } from '../../workflows/water/reservoir.contract.js';

export const anEditor = (): Editor => ({ accountId: newId(), principalId: newId() });

export const aSite = (database: Database, editor: Editor, name = 'Yard'): Promise<string> =>
  createSiteRecords(database).create(editor, { name });

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

/** On a site of its own. */
export async function aMeasuredReservoir(
  database: Database,
  editor = anEditor(),
  given: Partial<NewReservoir> = {},
): Promise<MeasuredReservoir> {
  const siteId = await aSite(database, editor);
  const reservoirId = await createReservoirRecords(database).create(editor, aNewReservoir(siteId, given));
  const reservoir = await database.inAccount(editor.accountId, (trx) =>
    findMeasuredReservoir(trx, editor.accountId, reservoirId),
  );
  if (!reservoir) throw new Error('the reservoir that was made is not there');
  return reservoir;
}

/** Of one device, a second after the one before. */
export const aDeviceReading = (seq: number, levelPct: number, given: Partial<NewReading> = {}): NewReading => ({
  recordedAt: new Date(Date.UTC(2026, 0, 1) + seq * 1_000).toISOString(),
  levelPct,
  volumeLiters: levelPct * 10,
  source: 'DEVICE',
  deviceId: 'B43A4536C83C',
  deviceSeq: seq,
  ...given,
});
