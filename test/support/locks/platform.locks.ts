import type { LockProofs } from './lock-proof.js';

const accountId = '01890000-0000-7000-8000-00000000c001';
const deliveryId = '01890000-0000-7000-8000-00000000c002';
const decisionId = '01890000-0000-7000-8000-00000000c003';
const consumerId = 'webhook/01890000-0000-7000-8000-00000000c004';

const lane = [
  'platform.lanes',
  { lane_id: '7001', consumer_id: consumerId, subject_type: 'site', subject_id: 'a' },
] as const;
const deadLetter = [
  'platform.deliveries',
  {
    account_id: accountId,
    delivery_id: deliveryId,
    consumer_id: consumerId,
    lane_id: '7001',
    state: 'DEAD',
    dead_at: '2026-01-02',
  },
] as const;
/** The relay's lease is there, taken by nobody. */
const leaseNumber = 0;
const nothingSettled = {
  laneIds: [7001],
  versions: [0],
  areDrained: [false],
  waitsMs: [null],
  sentIds: [],
  sentCodes: [],
  sentDurationsMs: [],
  failedIds: [],
  failedErrors: [],
  failedCodes: [],
  failedDurationsMs: [],
};
const decision = {
  accountId: decisionId,
  decisionId,
  decision: 'redrive',
  consumer_id: null,
  event_type: null,
};
const redelivered = { consumerId, eventIds: [deliveryId] };
const room = { room: `webhooks/${accountId}` };
const heldLanes = { 'platform.lanes': 'UPDATE' } as const;

export const lockProofs: LockProofs = {
  'auditCheckpoint.lock': { excludes: {} },
  'audit-keys.lock': { excludes: {} },
  'auditExport.request': {
    parameters: { accountId, exportId: deliveryId },
    excludes: { accountId, exportId: decisionId },
  },
  'deadLetter.lockLane': { rows: [lane], parameters: { laneId: 7001 }, holds: heldLanes },
  'deadLetter.lockLanes': {
    rows: [lane, deadLetter],
    parameters: { deliveryIds: [deliveryId] },
    holds: heldLanes,
  },
  'deadLetterDecision.lock': {
    rows: [['platform.dead_letter_decisions', { account_id: accountId, decision_id: decisionId }]],
    parameters: { accountId, decisionId },
    holds: { 'platform.dead_letter_decisions': 'UPDATE' },
  },
  'deadLetterDecision.request': {
    parameters: decision,
    excludes: { ...decision, decisionId: deliveryId },
  },
  'deliveries.settle': {
    rows: [lane],
    parameters: { ...nothingSettled, leaseNumber },
    holds: { ...heldLanes, 'platform.leases': 'SHARE' },
  },
  'events.fanOut': {
    parameters: { eventIds: [], leaseNumber },
    holds: { 'platform.leases': 'SHARE' },
  },
  'schedules.recovered': {
    rows: [
      [
        'platform.schedule_heartbeats',
        {
          schedule_id: 'a-schedule',
          every_seconds: '3600',
          last_succeeded_at: '2126-01-01',
          silent_since: '2026-01-01',
        },
      ],
    ],
    parameters: { scheduleIds: ['a-schedule'] },
    holds: { 'platform.schedule_heartbeats': 'UPDATE' },
  },
  'webhook.lockDeadLanes': {
    rows: [lane, deadLetter],
    parameters: { consumerId, since: '2026-01-01T00:00:00Z' },
    holds: heldLanes,
  },
  'webhook.lockLanes': {
    rows: [['platform.events', { event_id: deliveryId, subject_type: 'site', subject_id: 'b' }]],
    parameters: redelivered,
    excludes: redelivered,
  },
  'webhook.lockRoom': { parameters: room, excludes: room },
};
