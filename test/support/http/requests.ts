import { randomBytes } from 'node:crypto';
import type { ApiParts } from '../../../api/server.js';
import { requestRecords } from '../../../db/platform/request.records.js';

/** An API's memory of requests, over a real database. */
export function requestMemory(): ApiParts['requests'] {
  const sealKey = randomBytes(32);
  return (scope) => requestRecords(scope, { sealKey });
}
