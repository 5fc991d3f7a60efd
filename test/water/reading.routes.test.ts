/** Tells of: reading.records, reading.store. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { levelStore, type MeasuredReservoir } from '../../db/water/level.store.js';
import { transacted } from '../support/servers/transacted.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aDeviceReading, aMeasuredReservoir } from '../support/water/reservoir.js';
import { tokenOf } from '../support/api/test-api.js';
import { createWaterApi } from '../support/api/water-api.js';

let test: TestDatabase;
let as: ReturnType<typeof createWaterApi>;
beforeAll(async () => {
  test = await createTestDatabase();
  as = createWaterApi(test.database);
});
afterAll(() => test.drop());

let reservoir: MeasuredReservoir;
let owner: string;
let path: string;
beforeEach(async () => {
  reservoir = await aMeasuredReservoir(test.database);
  owner = tokenOf({ [reservoir.accountId]: 'OWNER' });
  path = `/v1/reservoirs/${reservoir.reservoirId}`;
});
const timeAt = (minute: number, second = 0) =>
  new Date(Date.UTC(2026, 0, 1, 0, minute, second)).toISOString();
const record = (...readings: ReturnType<typeof aDeviceReading>[]) =>
  transacted(test.database, { accountId: reservoir.accountId }, levelStore).record(
    reservoir,
    readings,
  );
const read = async (query: string) =>
  (await as(owner).get(`${path}/readings?${query}`).expect(200)).body;

describe('a manual reading', () => {
  it('is recorded now, or when the person says', async () => {
    const given = { level_pct: 42.5, recorded_at: '2026-01-01T10:00:00+03:00', note: 'by stick' };
    const response = await as(owner).post(`${path}/manual-reading`, given).expect(201);
    expect((await read('')).items).toEqual([
      expect.objectContaining({
        reading_id: response.body.reading_id,
        recorded_at: '2026-01-01T07:00:00.000Z',
        level_pct: 42.5,
        volume_liters: 425,
        source: 'MANUAL',
        note: 'by stick',
        raw_mean: null,
        telemetry_message_id: null,
      }),
    ]);
  });

  it('is refused in the future, out of range and with what is not the client’s to say', async () => {
    const future = new Date(Date.now() + 60_000).toISOString();
    for (const body of [
      { level_pct: 5, recorded_at: future },
      { level_pct: 101 },
      {},
      { level_pct: 5, volume_liters: 3 },
    ])
      expect(
        (await as(owner).post(`${path}/manual-reading`, body).expect(422)).body.error_code,
      ).toBe('VALIDATION_ERROR');
    expect((await read('')).items).toEqual([]);
  });
});

describe('readings', () => {
  it('are listed newest first, a page at a time, each once, within a period', async () => {
    await record(
      ...[1, 2, 3, 4, 5].map((seq) =>
        aDeviceReading(seq, seq, { recordedAt: timeAt(Math.min(seq, 4)) }),
      ),
    );
    const first = await read('limit=3');
    const second = await read(`limit=3&cursor=${first.next_cursor}`);
    const seqs = (page: { items: { device_seq: number }[] }) =>
      page.items.map(({ device_seq }) => device_seq);
    expect([...seqs(first), ...seqs(second)]).toEqual([5, 4, 3, 2, 1]);
    expect(second.next_cursor).toBeNull();
    expect(seqs(await read(`since=${timeAt(2)}&until=${timeAt(4)}`))).toEqual([3, 2]);
  });

  it('come in steps of time, in which a gap is a gap and back-fill does not count', async () => {
    await record(
      aDeviceReading(1, 10, { recordedAt: timeAt(1) }),
      aDeviceReading(3, 30, { recordedAt: timeAt(5) }),
      aDeviceReading(2, 99, { recordedAt: timeAt(6) }),
      aDeviceReading(4, 20, { recordedAt: timeAt(14, 59) }),
      aDeviceReading(5, 50, { recordedAt: timeAt(30) }),
    );
    const { items, next_cursor: next } = await read(
      `bucket=15m&since=${timeAt(0)}&until=${timeAt(45)}&limit=2`,
    );
    expect(items).toEqual([
      expect.objectContaining({
        bucket_start: '2026-01-01T00:30:00.000Z',
        data: 'observed',
        reading_count: 1,
        last_level_pct: 50,
      }),
      {
        bucket_start: '2026-01-01T00:15:00.000Z',
        bucket_end: '2026-01-01T00:30:00.000Z',
        data: 'missing',
        reading_count: 0,
        min_level_pct: null,
        max_level_pct: null,
        mean_level_pct: null,
        last_level_pct: null,
        last_volume_liters: null,
      },
    ]);
    const last = await read(`bucket=15m&limit=2&cursor=${next}`);
    expect(last.next_cursor).toBeNull();
    expect(last.items).toEqual([
      {
        bucket_start: '2026-01-01T00:00:00.000Z',
        bucket_end: '2026-01-01T00:15:00.000Z',
        data: 'observed',
        reading_count: 3,
        min_level_pct: 10,
        max_level_pct: 30,
        mean_level_pct: 20,
        last_level_pct: 20,
        last_volume_liters: 200,
      },
    ]);
  });

  it('cover the last day by default, and never more than 400', async () => {
    expect((await read('bucket=1h')).items.length).toBeGreaterThanOrEqual(24);
    await as(owner).get(`${path}/readings?bucket=1d&since=2020-01-01T00:00:00Z`).expect(422);
    await as(owner)
      .get(`${path}/readings?bucket=1d&since=${timeAt(2)}&until=${timeAt(1)}`)
      .expect(422);
    await as(owner).get(`${path}/readings?bucket=5m`).expect(422);
    expect((await as(owner).get(`${path}/readings?cursor=x`).expect(422)).body.error_code).toBe(
      'INVALID_CURSOR',
    );
  });
});
