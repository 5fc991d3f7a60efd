import { databaseNow } from '../../db/shared/database-clock.js';
import { createReadingRecords } from '../../db/water/reading.records.js';
import { createReadingViews } from '../../db/water/reading.views.js';
import { failure } from '../../workflows/shared/failure.js';
import { resource, route, type Route } from '../shared/route.js';
import { bucketSeconds, manualReading, readingCreated, readingPage, readingQuery } from './reading.schemas.js';
import type { RecordRouteParts } from './site.routes.js';

const dayMs = 86_400_000;
/** Every step of the period is looked at, also those without readings. */
const maxBucketedDays = 400;

export function createReadingRoutes({ database, cursors: allCursors }: RecordRouteParts): Route[] {
  const records = createReadingRecords(database);
  const views = createReadingViews(database.read);
  const rawCursors = allCursors.of('readings');
  const bucketCursors = allCursors.of('reading-buckets');

  return [
    route({
      method: 'post',
      path: '/v1/reservoirs/:reservoir_id/manual-reading',
      operationId: 'recordManualReading',
      summary: 'Record a level that a person read off',
      tag: 'Readings',
      access: resource('reservoir', 'reservoir_id', 'OWNER', 'ADMIN', 'MANAGER', 'OPERATOR'),
      audit: { action: 'reading.record', subject: 'reading' },
      body: manualReading,
      responses: { 201: readingCreated },
    }).handledBy(async ({ accountId, caller, params: { reservoir_id: reservoirId }, body }) => {
      const readingId = await records.recordManual({ accountId, principalId: caller.principalId }, reservoirId, {
        levelPct: body.level_pct,
        recordedAt: body.recorded_at,
        note: body.note,
      });
      return {
        status: 201,
        body: { reading_id: readingId },
        headers: { Location: `/v1/reservoirs/${reservoirId}/readings` },
      };
    }),

    route({
      method: 'get',
      path: '/v1/reservoirs/:reservoir_id/readings',
      summary: 'List readings, or steps of time, newest first',
      description: `With bucket: min, max, mean and last of each step, steps without readings included; at most ${maxBucketedDays} days at once.`,
      tag: 'Readings',
      access: resource('reservoir', 'reservoir_id'),
      query: readingQuery,
      responses: { 200: readingPage },
    }).handledBy(async ({ accountId, params: { reservoir_id: reservoirId }, query }) => {
      const { limit, cursor, bucket, since = null, until = null } = query;
      if (bucket === undefined) {
        const [recordedAt, readingId] = rawCursors.decode(cursor) ?? [];
        const after = recordedAt && readingId ? { recordedAt: String(recordedAt), readingId: String(readingId) } : null;
        const rows = await views.raw(accountId, reservoirId, { since, until }, after, limit + 1);
        return { status: 200, body: rawCursors.page(rows, limit, (row) => [row.recorded_at, row.reading_id]) };
      }
      // The cursor carries the period: its ends move with the clock when they were left out.
      const [from, to, after = null] = bucketCursors.decode(cursor) ?? [];
      const period = from && to ? { since: String(from), until: String(to) } : completePeriod(since, until);
      const step = { ...period, stepSeconds: bucketSeconds[bucket] };
      const rows = await views.bucketed(accountId, reservoirId, step, after as string | null, limit + 1);
      const position = (row: { bucket_start: string }) => [period.since, period.until, row.bucket_start];
      return { status: 200, body: bucketCursors.page(rows, limit, position) };
    }),
  ];
}

function completePeriod(since: string | null, until: string | null): { since: string; until: string } {
  const end = until === null ? new Date(databaseNow()) : new Date(until);
  const start = since === null ? new Date(end.getTime() - dayMs) : new Date(since);
  const days = (end.getTime() - start.getTime()) / dayMs;
  if (days <= 0 || days > maxBucketedDays)
    throw failure('VALIDATION_ERROR', {
      errors: [{ path: '?since', message: `must lie before until, by at most ${maxBucketedDays} days` }],
    });
  return { since: start.toISOString(), until: end.toISOString() };
}
