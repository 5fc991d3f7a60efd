import { databaseNow } from '../../db/connection/database-clock.js';
import { readingRecords } from '../../db/water/reading.records.js';
import { readingViews } from '../../db/water/reading.views.js';
import { policy } from '../../workflows/identity/policy.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { resource, route, type Route } from '../route/route.js';
import {
  bucketSeconds,
  manualReading,
  readingCreated,
  readingPage,
  readingQuery,
} from './reading.schemas.js';
import type { RecordRouteParts } from '../shared/route-parts.js';

const dayMs = 86_400_000;
/** Every step of the period is visited, also steps without readings. */
const maxBucketedDays = 400;

export function createReadingRoutes({
  cursors: allCursors,
}: Pick<RecordRouteParts, 'cursors'>): Route[] {
  const rawCursors = allCursors.of('readings');
  const bucketCursors = allCursors.of('reading-buckets');

  const recordManualReading = route({
    method: 'post',
    path: '/v1/reservoirs/:reservoir_id/manual-reading',
    operationId: 'recordManualReading',
    summary: 'Record a level that a person read off',
    tag: 'Readings',
    access: resource('reservoir', 'reservoir_id', ...policy['water.record']),
    scope: 'water.write',
    audit: { action: 'reading.record', subject: 'reading' },
    body: manualReading,
    responses: { 201: readingCreated },
  }).handledBy(async ({ scope, params: { reservoir_id: reservoirId }, body }) => {
    const readingId = await readingRecords(scope).recordManual(reservoirId, {
      levelPct: body.level_pct,
      recordedAt: body.recorded_at,
      note: body.note,
    });
    return {
      status: 201,
      body: { reading_id: readingId },
      headers: { Location: `/v1/reservoirs/${reservoirId}/readings` },
    };
  });

  const listReadings = route({
    method: 'get',
    path: '/v1/reservoirs/:reservoir_id/readings',
    summary: 'List readings, or steps of time, newest first',
    description: `With bucket: min, max, mean and last of each step, steps without readings included; at most ${maxBucketedDays} days at once.`,
    tag: 'Readings',
    access: resource('reservoir', 'reservoir_id'),
    scope: 'water.read',
    query: readingQuery,
    responses: { 200: readingPage },
  }).handledBy(async ({ scope, params: { reservoir_id: reservoirId }, query }) => {
    const { limit, cursor, bucket, since = null, until = null } = query;
    if (bucket === undefined) {
      const [recordedAt, readingId] = rawCursors.decode(cursor) ?? [];
      const after =
        recordedAt && readingId
          ? { recordedAt: String(recordedAt), readingId: String(readingId) }
          : null;
      const rows = await readingViews(scope).raw(reservoirId, { since, until }, after, limit + 1);
      return {
        status: 200,
        body: rawCursors.page(rows, limit, (row) => [row.recorded_at, row.reading_id]),
      };
    }
    // The cursor carries the period, since ends left out move with the clock.
    const [cursorSince, cursorUntil, after = null] = bucketCursors.decode(cursor) ?? [];
    const period =
      cursorSince && cursorUntil
        ? { since: String(cursorSince), until: String(cursorUntil) }
        : completePeriod(since, until);
    const step = { ...period, stepSeconds: bucketSeconds[bucket] };
    const rows = await readingViews(scope).bucketed(
      reservoirId,
      step,
      after as string | null,
      limit + 1,
    );
    const position = (row: { bucket_start: string }) => [
      period.since,
      period.until,
      row.bucket_start,
    ];
    return { status: 200, body: bucketCursors.page(rows, limit, position) };
  });

  return [recordManualReading, listReadings];
}

function completePeriod(
  since: string | null,
  until: string | null,
): { since: string; until: string } {
  const end = until === null ? new Date(databaseNow()) : new Date(until);
  const start = since === null ? new Date(end.getTime() - dayMs) : new Date(since);
  const days = (end.getTime() - start.getTime()) / dayMs;
  if (days <= 0 || days > maxBucketedDays)
    throw failure('VALIDATION_ERROR', {
      errors: [
        { path: '?since', message: `must lie before until, by at most ${maxBucketedDays} days` },
      ],
    });
  return { since: start.toISOString(), until: end.toISOString() };
}
