import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, platformAccountId, type Database } from '../../db/connection/database.js';
import { levelStore, type MeasuredReservoir, type NewReading } from '../../db/water/level.store.js';
import { transacted } from '../support/servers/transacted.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aDeviceReading, aMeasuredReservoir, anEditor } from '../support/water/reservoir.js';

let test: TestDatabase;
let ingest: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  ingest = createDatabase({ url: test.urls.ingest, contextKey: test.contextKey, poolMax: 4 });
});
afterAll(async () => {
  await ingest.close();
  await test.drop();
});

const record = (reservoir: MeasuredReservoir, readings: NewReading[]) =>
  transacted(ingest, { accountId: platformAccountId }, levelStore).record(reservoir, readings);
const levelOf = async ({ reservoirId }: MeasuredReservoir) =>
  (
    await test.admin.query('select * from water.reservoir_levels where reservoir_id = $1', [
      reservoirId,
    ])
  ).rows[0];
const readingsOf = async ({ reservoirId }: MeasuredReservoir) =>
  (
    await test.admin.query(
      'select device_seq, level_pct, is_backfill from water.reservoir_readings where reservoir_id = $1 order by recorded_at, device_seq',
      [reservoirId],
    )
  ).rows;
const eventsOf = async ({ reservoirId }: MeasuredReservoir, type: string) =>
  (
    await test.admin.query<{ payload: Record<string, unknown> }>(
      'select payload from platform.events where subject_id = $1 and event_type = $2 order by subject_seq',
      [reservoirId, type],
    )
  ).rows.map(({ payload }) => payload);
const changesOf = async (reservoir: MeasuredReservoir) =>
  (await eventsOf(reservoir, 'RESERVOIR_LEVEL_STATE_CHANGED')).map(
    ({ previous_state, level_state }) => `${String(previous_state)} → ${String(level_state)}`,
  );

describe('recording readings', () => {
  it('stores a batch, moves the level, and emits one event for it and one a change', async () => {
    const reservoir = await aMeasuredReservoir(test.database);
    const levels = [50, 19, 21, 9, 60];
    const { changes, eventIds, readingIds } = await record(
      reservoir,
      levels.map((level, index) => aDeviceReading(index + 1, level)),
    );
    expect(changes).toHaveLength(3);
    expect(eventIds).toHaveLength(4);
    expect(await readingsOf(reservoir)).toHaveLength(5);
    expect(await levelOf(reservoir)).toMatchObject({
      level_pct: 60,
      volume_liters: 600,
      level_state: 'NORMAL',
      device_seq: 5,
      reading_id: readingIds[4],
    });
    expect(await eventsOf(reservoir, 'RESERVOIR_LEVEL_READING')).toEqual([
      expect.objectContaining({
        count: 5,
        backfill_count: 0,
        min_level_pct: 9,
        max_level_pct: 60,
        reading_id: readingIds[4],
      }),
    ]);
    expect(await changesOf(reservoir)).toEqual([
      'NORMAL → LOW',
      'LOW → CRITICAL',
      'CRITICAL → NORMAL',
    ]);
  });

  it('does nothing the second time', async () => {
    const reservoir = await aMeasuredReservoir(test.database);
    const batch = [aDeviceReading(1, 15), aDeviceReading(2, 5)];
    await record(reservoir, batch);
    const level = await levelOf(reservoir);
    expect(await record(reservoir, batch)).toEqual({ readingIds: [], changes: [], eventIds: [] });
    expect(await levelOf(reservoir)).toEqual(level);
    expect(await readingsOf(reservoir)).toHaveLength(2);
    expect(await changesOf(reservoir)).toEqual(['null → LOW', 'LOW → CRITICAL']);
    expect(await record(reservoir, [])).toEqual({ readingIds: [], changes: [], eventIds: [] });
  });

  it('keeps an older sequence number as back-fill, which neither moves the level nor changes the state', async () => {
    const reservoir = await aMeasuredReservoir(test.database);
    await record(reservoir, [aDeviceReading(10, 50)]);
    await record(reservoir, [
      aDeviceReading(7, 5),
      aDeviceReading(11, 48),
      aDeviceReading(12, 3, { isBackfill: true }),
    ]);
    expect(await levelOf(reservoir)).toMatchObject({
      level_pct: 48,
      device_seq: 11,
      level_state: 'NORMAL',
    });
    expect(await readingsOf(reservoir)).toEqual([
      { device_seq: 7, level_pct: 5, is_backfill: true },
      { device_seq: 10, level_pct: 50, is_backfill: false },
      { device_seq: 11, level_pct: 48, is_backfill: false },
      { device_seq: 12, level_pct: 3, is_backfill: true },
    ]);
    expect(await changesOf(reservoir)).toEqual([]);
  });

  it('lets a manual reading stand until the device is heard after it', async () => {
    const reservoir = await aMeasuredReservoir(test.database);
    await record(reservoir, [aDeviceReading(10, 50, { batteryPct: 80 })]);
    const manual = (seconds: number, levelPct: number): NewReading => ({
      ...aDeviceReading(seconds, levelPct, { deviceId: null, deviceSeq: null }),
      source: 'MANUAL',
    });
    await record(reservoir, [manual(5, 90)]);
    expect(await levelOf(reservoir)).toMatchObject({ level_pct: 50, source: 'DEVICE' });
    await record(reservoir, [manual(20, 40)]);
    expect(await levelOf(reservoir)).toMatchObject({
      level_pct: 40,
      source: 'MANUAL',
      device_seq: 10,
      battery_pct: 80,
    });
    await record(reservoir, [aDeviceReading(15, 30)]);
    expect(await levelOf(reservoir)).toMatchObject({
      level_pct: 40,
      source: 'MANUAL',
      device_seq: 15,
    });
    await record(reservoir, [aDeviceReading(21, 35)]);
    expect(await levelOf(reservoir)).toMatchObject({
      level_pct: 35,
      source: 'DEVICE',
      device_seq: 21,
      battery_pct: 80,
    });
  });

  it('starts a new sequence with a new device', async () => {
    const reservoir = await aMeasuredReservoir(test.database);
    await record(reservoir, [aDeviceReading(100, 50, { batteryPct: 80 })]);
    const recordedAt = new Date(Date.UTC(2026, 0, 2)).toISOString();
    await record(reservoir, [aDeviceReading(1, 45, { deviceId: 'C43A4536C83D', recordedAt })]);
    expect(await levelOf(reservoir)).toMatchObject({
      level_pct: 45,
      device_id: 'C43A4536C83D',
      device_seq: 1,
      battery_pct: null,
    });
  });

  it('takes two batches at once one after the other', async () => {
    const reservoir = await aMeasuredReservoir(test.database);
    const batches = Array.from({ length: 8 }, (_, batch) =>
      Array.from({ length: 20 }, (_, index) =>
        aDeviceReading(batch * 20 + index + 1, index % 2 ? 50 : 5),
      ),
    );
    await Promise.all(batches.map((batch) => record(reservoir, batch)));
    expect(await readingsOf(reservoir)).toHaveLength(160);
    expect(await levelOf(reservoir)).toMatchObject({ device_seq: 160, level_pct: 50 });
    const changes = await changesOf(reservoir);
    expect(changes[0]).toBe('null → CRITICAL');
    // Each change starts at the end of the change before, so none was lost or doubled.
    for (const [index, change] of changes.slice(1).entries())
      expect(change.split(' → ')[0]).toBe(changes[index]?.split(' → ')[1]);
  });

  it('stores a full batch in little time, and past the prepared partitions', async () => {
    const reservoir = await aMeasuredReservoir(test.database);
    const batch = Array.from({ length: 500 }, (_, index) =>
      aDeviceReading(index + 1, 40 + (index % 10)),
    );
    const { readingIds } = await record(reservoir, batch);
    expect(new Set(readingIds).size).toBe(500);
    await record(reservoir, [aDeviceReading(501, 41, { recordedAt: '2035-01-01T00:00:00.000Z' })]);
    expect(await readingsOf(reservoir)).toHaveLength(501);
  });

  it('commits nothing of a batch that fails', async () => {
    const reservoir = await aMeasuredReservoir(test.database);
    const broken = ingest.transaction({ accountId: platformAccountId }, async (scope) => {
      await levelStore(scope).record(reservoir, [aDeviceReading(1, 5)]);
      throw new Error('crash');
    });
    await expect(broken).rejects.toThrow('crash');
    expect(await readingsOf(reservoir)).toEqual([]);
    expect(await levelOf(reservoir)).toBeUndefined();
    expect(await changesOf(reservoir)).toEqual([]);
  });

  it('works for the application in its own account, and in no other', async () => {
    const editor = anEditor();
    const reservoir = await aMeasuredReservoir(test.database, editor);
    await transacted(test.database, editor, levelStore).record(reservoir, [aDeviceReading(1, 50)]);
    expect(await levelOf(reservoir)).toMatchObject({ level_pct: 50 });
    const foreign = transacted(test.database, anEditor(), levelStore).record(reservoir, [
      aDeviceReading(2, 40),
    ]);
    await expect(foreign).rejects.toThrow(/row-level security/);
    expect(await levelOf(reservoir)).toMatchObject({ level_pct: 50 });
  });
});
