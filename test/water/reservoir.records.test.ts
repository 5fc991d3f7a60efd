import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../db/shared/id.js';
import { readingRecords } from '../../db/water/reading.records.js';
import { reservoirRecords } from '../../db/water/reservoir.records.js';
import { reservoirViews, type ReservoirView } from '../../db/water/reservoir.views.js';
import { siteRecords } from '../../db/water/site.records.js';
import { asFailure } from '../../workflows/shared/failure.js';
import type { ReservoirPatch } from '../../workflows/water/reservoir.contract.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { transacted } from '../support/servers/transacted.js';
import { aNewReservoir, anEditor, aSite, type Editor } from '../support/water/reservoir.js';

let test: TestDatabase;
const sitesOf = (editor: Editor) => transacted(test.database, editor, siteRecords);
const reservoirsOf = (editor: Editor) => transacted(test.database, editor, reservoirRecords);
const readingsOf = (editor: Editor) => transacted(test.database, editor, readingRecords);
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const eventsOf = async (subjectId: string): Promise<string[]> =>
  (
    await test.admin.query<{ event_type: string }>(
      'select event_type from platform.events where subject_id = $1 order by subject_seq',
      [subjectId],
    )
  ).rows.map((row) => row.event_type);
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => asFailure(error) ?? error,
  );
async function show({ accountId }: Editor, reservoirId: string): Promise<ReservoirView> {
  const view = await reservoirViews(test.database.reads({ accountId })).byId(reservoirId);
  if (!view) throw new Error('no such reservoir');
  return view;
}
async function made(given: Parameters<typeof aNewReservoir>[1] = {}) {
  const editor = anEditor();
  const siteId = await aSite(test.database, editor);
  const reservoirId = await reservoirsOf(editor).create(aNewReservoir(siteId, given));
  const change = (version: number, patch: ReservoirPatch) =>
    reservoirsOf(editor).update(reservoirId, version, patch);
  return { editor, siteId, reservoirId, change };
}

describe('a site', () => {
  it('is created, changed and deleted, each with its event', async () => {
    const editor = anEditor();
    const siteId = await sitesOf(editor).create({ name: 'Depot', siteType: 'DEPOT' });
    await sitesOf(editor).update(siteId, 1, { name: 'Depot 2', lat: -1.3, lng: 36.8 });
    await sitesOf(editor).delete(siteId);
    expect(await eventsOf(siteId)).toEqual(['SITE_CREATED', 'SITE_UPDATED', 'SITE_DELETED']);
    expect(await refusalOf(sitesOf(editor).delete(siteId))).toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
    });
  });

  it('is kept while a reservoir stands on it', async () => {
    const { editor, siteId, reservoirId } = await made();
    expect(await refusalOf(sitesOf(editor).delete(siteId))).toMatchObject({ code: 'SITE_IN_USE' });
    expect(await eventsOf(siteId)).toEqual(['SITE_CREATED']);
    await reservoirsOf(editor).delete(reservoirId);
    await sitesOf(editor).delete(siteId);
  });

  it('is changed by one of two who saw the same version', async () => {
    const editor = anEditor();
    const siteId = await aSite(test.database, editor);
    const outcomes = await Promise.all(
      ['A', 'B', 'C'].map((name) => refusalOf(sitesOf(editor).update(siteId, 1, { name }))),
    );
    expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
    expect(outcomes.find((outcome) => outcome !== undefined)).toMatchObject({
      code: 'PRECONDITION_FAILED',
      details: { current_etag: '"2"' },
    });
    expect(await eventsOf(siteId)).toEqual(['SITE_CREATED', 'SITE_UPDATED']);
  });
});

describe('a reservoir', () => {
  it('derives its capacity from its geometry, and follows it', async () => {
    const { editor, reservoirId, change } = await made({
      capacityLiters: undefined,
      geometry: { shape: 'RECTANGULAR_PRISM', length_mm: 1_000, width_mm: 1_000, height_mm: 2_000 },
    });
    expect(await show(editor, reservoirId)).toMatchObject({
      capacity_liters: 2_000,
      capacity_source: 'DERIVED_FROM_GEOMETRY',
    });
    await change(1, {
      geometry: { shape: 'RECTANGULAR_PRISM', length_mm: 1_000, width_mm: 500, height_mm: 2_000 },
    });
    expect(await show(editor, reservoirId)).toMatchObject({
      capacity_liters: 1_000,
      geometry_version: 2,
      etag: '"2"',
    });
    await change(2, { capacityLiters: 900 });
    await change(3, { geometry: { shape: 'SPHERE', diameter_mm: 1_000 } });
    expect(await show(editor, reservoirId)).toMatchObject({
      capacity_liters: 900,
      capacity_source: 'REPORTED',
      geometry_version: 4,
    });
    await change(4, { capacityLiters: null });
    expect((await show(editor, reservoirId)).capacity_source).toBe('DERIVED_FROM_GEOMETRY');
    expect(await eventsOf(reservoirId)).toEqual([
      'RESERVOIR_CREATED',
      'RESERVOIR_GEOMETRY_UPDATED',
      'RESERVOIR_CAPACITY_UPDATED',
      'RESERVOIR_CAPACITY_UPDATED',
      'RESERVOIR_GEOMETRY_UPDATED',
      'RESERVOIR_CAPACITY_UPDATED',
    ]);
  });

  it('tells each kind of change by its own event, and no change by none', async () => {
    const { editor, reservoirId, change } = await made();
    await change(1, {
      name: 'Main tank',
      lowThresholdPct: 25,
      lat: -1.3,
      lng: 36.8,
      monitoringMode: 'MANUAL',
      sensorEmptyDistanceMm: 2_100,
      sensorFullDistanceMm: 100,
    });
    await change(2, { name: 'Main tank' });
    expect(await show(editor, reservoirId)).toMatchObject({
      etag: '"2"',
      geometry_version: 2,
      location: { lat: -1.3, lng: 36.8 },
    });
    expect((await eventsOf(reservoirId)).sort()).toEqual([
      'RESERVOIR_CREATED',
      'RESERVOIR_LOCATION_UPDATED',
      'RESERVOIR_MONITORING_MODE_CHANGED',
      'RESERVOIR_SENSOR_CALIBRATION_UPDATED',
      'RESERVOIR_UPDATED',
    ]);
  });

  it('is refused when it contradicts itself, and nothing of the change stays', async () => {
    const { editor, reservoirId, change } = await made();
    const before = await show(editor, reservoirId);
    expect(await refusalOf(change(1, { lowThresholdPct: 5 }))).toMatchObject({
      code: 'INVALID_THRESHOLDS',
    });
    expect(await refusalOf(change(1, { sensorEmptyDistanceMm: 50 }))).toMatchObject({
      code: 'INVALID_CALIBRATION',
    });
    expect(await refusalOf(change(1, { siteId: newId() }))).toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
    });
    expect(await refusalOf(change(9, { name: 'X' }))).toMatchObject({
      code: 'PRECONDITION_FAILED',
    });
    expect(await show(editor, reservoirId)).toEqual(before);
  });

  it("cannot stand on another account's site", async () => {
    const foreignSite = await aSite(test.database, anEditor());
    expect(
      await refusalOf(reservoirsOf(anEditor()).create(aNewReservoir(foreignSite))),
    ).toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
    });
  });

  it('keeps its ETag when readings move its level', async () => {
    const { editor, reservoirId } = await made({
      geometry: { shape: 'SPHERE', diameter_mm: 2_000 },
    });
    await readingsOf(editor).recordManual(reservoirId, {
      levelPct: 50,
      note: 'by stick',
    });
    expect(await show(editor, reservoirId)).toMatchObject({
      etag: '"1"',
      level_state: 'NORMAL',
      connectivity_state: 'NO_DEVICE',
      latest_reading: { level_pct: 50, volume_liters: 500, source: 'MANUAL' },
    });
  });

  it('is kept while a device is attached to it, and takes its readings with it', async () => {
    const { editor, reservoirId } = await made();
    const { accountId } = editor;
    await readingsOf(editor).recordManual(reservoirId, { levelPct: 50 });
    await test.admin
      .query(`insert into devices.device_units (device_id, serial_number, provisioning_status, mqtt_password_hash)
      values ('B43A4536C83C', 'JL-ABC123', 'PROVISIONED', '\\x00')`);
    await test.admin.query(
      `insert into devices.devices (device_id, serial_number) values ('B43A4536C83C', 'JL-ABC123')`,
    );
    const attach = `insert into devices.device_attachments (account_id, attachment_id, device_id, kind, thing_id) values ($1, $2, $3, 'reservoir', $4)`;
    await test.admin.query(attach, [accountId, newId(), 'B43A4536C83C', reservoirId]);
    expect(await show(editor, reservoirId)).toMatchObject({
      connectivity_state: 'NEVER_SEEN',
      device_id: 'B43A4536C83C',
    });
    expect(await refusalOf(reservoirsOf(editor).delete(reservoirId))).toMatchObject({
      code: 'RESERVOIR_IN_USE',
    });
    await test.admin.query('update devices.device_attachments set detached_at = now()');
    await reservoirsOf(editor).delete(reservoirId);
    expect(await eventsOf(reservoirId)).toEqual([
      'RESERVOIR_CREATED',
      'RESERVOIR_LEVEL_READING',
      'RESERVOIR_DELETED',
    ]);
    const { rows } = await test.admin.query(
      'select 1 from water.reservoir_readings where reservoir_id = $1',
      [reservoirId],
    );
    expect(rows).toEqual([]);
  });

  it('is deleted while readings come in: each is recorded whole, or finds it gone', async () => {
    const editor = anEditor();
    const siteId = await aSite(test.database, editor);
    for (let round = 0; round < 15; round += 1) {
      const reservoirId = await reservoirsOf(editor).create(aNewReservoir(siteId));
      const read = () => refusalOf(readingsOf(editor).recordManual(reservoirId, { levelPct: 50 }));
      await read();
      const [first, second, deleted] = await Promise.all([
        read(),
        read(),
        refusalOf(reservoirsOf(editor).delete(reservoirId)),
      ]);
      expect(deleted).toBeUndefined();
      for (const outcome of [first, second])
        if (outcome !== undefined) expect(outcome).toMatchObject({ code: 'RESOURCE_NOT_FOUND' });
    }
  });
});
