import { Type } from 'typebox';
import { defineEvent } from '../shared/event.js';

const base = {
  version: 1,
  subjectType: 'site',
  payload: Type.Object(
    { site_id: Type.String({ format: 'uuid' }) },
    { additionalProperties: false },
  ),
  example: { site_id: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f' },
} as const;

export const siteCreated = defineEvent({
  ...base,
  type: 'SITE_CREATED',
  topic: 'water.site.created',
});
export const siteUpdated = defineEvent({
  ...base,
  type: 'SITE_UPDATED',
  topic: 'water.site.updated',
});
export const siteDeleted = defineEvent({
  ...base,
  type: 'SITE_DELETED',
  topic: 'water.site.deleted',
});
