import type { LockProofs } from './lock-proof.js';

const accountId = '01890000-0000-7000-8000-00000000d001';
const [deviceId, serialNumber] = ['A0B1C2D3E4F5', 'JL-LOCKED'];
const thingId = '01890000-0000-7000-8000-00000000d002';

const unit = [
  'devices.device_units',
  { device_id: deviceId, serial_number: serialNumber },
] as const;
const device = ['devices.devices', { device_id: deviceId, serial_number: serialNumber }] as const;
const inbox = ['devices.device_inboxes', { device_id: deviceId }] as const;
const attachment = [
  'devices.device_attachments',
  {
    account_id: accountId,
    attachment_id: '01890000-0000-7000-8000-00000000d003',
    device_id: deviceId,
    thing_id: thingId,
    after_no: '0',
    attachment_no: '1',
  },
] as const;
const messageNews = {
  deviceId,
  accountId,
  acceptedNo: 1,
  seenAt: '2026-01-01T00:00:00Z',
  epoch: 0,
  seq: 1,
  bootId: null,
  quietFromMm: null,
  quietToMm: null,
  lastReadingAt: null,
  batteryPct: null,
  batteryVoltageMv: null,
  isCharging: null,
  signalStrengthDbm: null,
  firmwareVersion: null,
};
const missKeys = { keys: [`account/${accountId}`, 'place/192.0.2.1'] };

export const lockProofs: LockProofs = {
  'attachment.lockUnit': {
    rows: [unit],
    parameters: { deviceId },
    holds: { 'devices.device_units': 'UPDATE' },
  },
  'attachment.end': {
    rows: [device, attachment],
    parameters: { accountId, deviceId },
    holds: { 'devices.devices': 'UPDATE' },
  },
  'deviceClaim.lockUnit': {
    rows: [unit],
    parameters: { deviceId: null, serialNumber },
    holds: { 'devices.device_units': 'UPDATE' },
  },
  'deviceClaim.lockMisses': { parameters: missKeys, excludes: missKeys },
  'deviceClaim.forgetMisses': {
    rows: [['devices.claim_misses', { key: 'account/old', count: '1', ends_at: '2026-01-01' }]],
    passesBy: 'devices.claim_misses',
  },
  'deviceUnit.lockSerialNumber': { parameters: { serialNumber }, excludes: { serialNumber } },
  'devices.move_on': {
    rows: [device, inbox, attachment],
    parameters: messageNews,
    holds: { 'devices.devices': 'UPDATE' },
  },
  'drops.close': {
    rows: [['devices.telemetry_drops', { device_id: deviceId, reason: 'UNATTACHED' }]],
    parameters: { limit: 10 },
    passesBy: 'devices.telemetry_drops',
  },
  'inboxes.lock': {
    rows: [inbox],
    parameters: { deviceId },
    holds: { 'devices.device_inboxes': 'UPDATE' },
  },
  'aside.lock': {
    rows: [inbox],
    parameters: { deviceId },
    holds: { 'devices.device_inboxes': 'UPDATE' },
  },
  'telemetry.accept': {
    rows: [unit, inbox],
    parameters: {
      deviceIds: [deviceId],
      seqs: [1],
      observedTimes: [null],
      payloads: '{}',
      meanDistancesMm: [null],
      idPrefix: '01890000-0000-7000-8000-0000',
      droppedDeviceIds: [],
      dropReasons: [],
      dropSamples: [],
    },
    holds: { 'devices.device_inboxes': 'UPDATE' },
  },
  'telemetry.signalled': {
    rows: [inbox],
    parameters: { deviceIds: [deviceId], acceptedTo: [1] },
    holds: { 'devices.device_inboxes': 'UPDATE' },
  },
};
