import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  patched,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { DeviceActivities } from '../../activities/water/device.activities.js';
import { createDetails } from '../shared/details.js';
import { searchableStatus, statusKey } from '../shared/search-attributes.js';
import { answered, createPatience, proxyTransactions } from '../shared/transactions.js';
import {
  attachDevice,
  detachDevice,
  deviceState,
  telemetryAccepted,
  type DeviceInput,
  type DeviceSight,
  type DeviceState,
} from './device.contract.js';
import { connectivityAt, initialState, msUntilNextConnectivity, signalsPerRun } from './device.rules.js';

const transactions = proxyTransactions<DeviceActivities>({
  attach: 'attaches the device to a reservoir',
  detach: 'detaches the device',
  deriveReadings: 'makes readings of the messages that wait',
  readSight: 'reads when the device was last heard of',
  recordConnectivity: 'records that the device has fallen silent',
});
const { attach, detach } = transactions.asked;

/**
 * One device, for as long as it exists: what it last said, whether it is heard of, and what it is attached to.
 *
 * Starts with its first attachment or message. Waits for telemetry, which the gateway has stored before it tells, and for
 * silence, which makes the device stale and then offline. Never ends; it continues as new before its history grows long.
 *
 * While PostgreSQL is away whoever attaches or detaches it is told so, and it does not happen later; what was accepted is derived once
 * PostgreSQL is back.
 */
export async function deviceWorkflow(input: DeviceInput): Promise<never> {
  const state = initialState(input);
  const { deviceId } = input;
  let signalCount = 0;
  let alarm: { dueMs: number; scope: CancellationScope } | undefined;
  let hasRung = false;
  /** The status that it is found by; the next run goes on with it. */
  let found = workflowInfo().typedSearchAttributes.get(statusKey);
  const details = createDetails();
  const deriving = createPatience(transactions, details, 'Deriving');
  const noticing = createPatience(transactions, details, 'Silence');

  setHandler(deviceState, () => state);
  setHandler(telemetryAccepted, ({ acceptedTo }) => {
    signalCount += 1;
    state.seenTo = Math.max(state.seenTo, acceptedTo);
  });
  setHandler(attachDevice, async (request) => {
    const attachment = await answered(attach({ deviceId, ...request }));
    state.reservoirId = attachment.reservoirId;
    details.say(describe(state));
    return attachment;
  });
  setHandler(detachDevice, async (request) => {
    const attachment = await answered(detach({ deviceId, ...request }));
    // An account that had the device before is answered as well, and changes nothing.
    if (state.reservoirId === attachment.reservoirId) state.reservoirId = null;
    details.say(describe(state));
    return attachment;
  });

  const hasNews = () => state.seenTo > state.derivedTo && !deriving.isPausing();
  const isSilent = () => hasRung && !noticing.isPausing();
  const isLongRun = () => signalCount >= signalsPerRun || workflowInfo().continueAsNewSuggested;

  while (!isLongRun()) {
    details.say(describe(state));
    if (!noticing.isPausing()) setAlarm();
    await condition(() => hasNews() || isSilent() || isLongRun());
    if (hasNews()) await deriving.attempt(derive);
    else if (isSilent()) hasRung = (await noticing.attempt(noteSilence)) !== undefined;
  }
  await condition(allHandlersFinished);
  return continueAsNew<typeof deviceWorkflow>({ ...input, state });

  async function derive({ deriveReadings }: Activities): Promise<void> {
    const askedTo = state.seenTo;
    const batch = await deriveReadings({ deviceId });
    // All that was asked for is done when nothing is left, whatever the numbers say (a restored database counts from before).
    state.derivedTo = batch.hasMore ? batch.derivedTo : Math.max(batch.derivedTo, askedTo);
    state.seenTo = Math.max(state.seenTo, batch.hasMore ? batch.derivedTo + 1 : batch.derivedTo);
    take(batch);
  }

  /** One timer under way, not a new one a message: when it rings too early for what was heard since, it is set again. */
  function setAlarm(): void {
    const silenceMs = msUntilNextConnectivity(state, Date.now());
    if (silenceMs === undefined) return;
    const dueMs = Date.now() + silenceMs;
    if (alarm && alarm.dueMs <= dueMs) return;
    alarm?.scope.cancel();
    const scope = new CancellationScope();
    alarm = { dueMs, scope };
    const ring = () => {
      alarm = undefined;
      hasRung = true;
    };
    scope.run(() => sleep(silenceMs, { summary: 'until it is silent for too long' })).then(ring, () => undefined);
  }

  async function noteSilence({ readSight, recordConnectivity }: Activities): Promise<void> {
    if (connectivityAt(state, Date.now()) === state.connectivity) return;
    // The device may have been given another interval since, or been heard of without a message that was kept.
    take(await readSight({ deviceId }));
    const connectivity = connectivityAt(state, Date.now());
    if (connectivity === state.connectivity || connectivity === 'NEVER_SEEN') return;
    await recordConnectivity({ deviceId, connectivity });
    state.connectivity = connectivity;
    beFound();
  }

  function take({ connectivity, lastSeenAt, intervalMs }: DeviceSight): void {
    state.connectivity = connectivity;
    state.lastSeenAt = lastSeenAt;
    state.intervalMs = intervalMs ?? input.defaultIntervalMs;
    beFound();
  }

  /** Its messages are many, so Temporal is told of a change alone. A run of the version before joins at its next message. */
  function beFound(): void {
    const { connectivity } = state;
    if (connectivity === found || !patched('found-by-status')) return;
    upsertSearchAttributes(searchableStatus(connectivity));
    found = connectivity;
  }
}

type Activities = (typeof transactions)['asked'];

function describe({ connectivity, reservoirId, lastSeenAt }: DeviceState): string {
  const where = reservoirId === null ? '' : ` It measures reservoir ${reservoirId}.`;
  if (lastSeenAt === null) return `Waits for the first message of the device.${where}`;
  return `The device is ${connectivity.toLowerCase()}; waits for its next message after ${lastSeenAt}.${where}`;
}
