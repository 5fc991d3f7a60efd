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
import type { DeviceActivities } from '../../activities/devices/device.activities.js';
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
import {
  attachedState,
  connectivityAt,
  detachedState,
  initialState,
  msUntilNextConnectivity,
  signalsPerRun,
} from './device.rules.js';
import { measuredThing } from './measured-thing.contract.js';

const transactions = proxyTransactions<DeviceActivities>({
  attach: 'attaches the device to what it is to measure',
  detach: 'detaches the device',
  deriveReadings: 'makes readings of the messages that wait',
  readSight: 'reads when the device was last heard of',
  recordConnectivity: 'records that the device has fallen silent',
});
const { attach, detach } = transactions.forCaller;

/**
 * The life of one device: last vitals, connectivity and attachment.
 *
 * Starts with the device's first attachment or message.
 * Waits for telemetry, stored by the gateway before the signal, and for silence, by which the
 * device becomes stale and then offline.
 * Never ends; continues as new before the history grows long.
 *
 * While PostgreSQL is away an attach or detach fails with an outage and is not done later; accepted
 * messages are derived once PostgreSQL is back.
 */
export async function deviceWorkflow(input: DeviceInput): Promise<never> {
  const state = initialState(input);
  const { deviceId } = input;
  let signalCount = 0;
  let alarm: { dueMs: number; scope: CancellationScope } | undefined;
  let hasRung = false;
  /** The status in the search attributes, also of the run before. */
  let shownStatus = workflowInfo().typedSearchAttributes.get(statusKey);
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
    Object.assign(state, attachedState(attachment));
    details.say(describe(state));
    return attachment;
  });
  setHandler(detachDevice, async (request) => {
    const attachment = await answered(detach({ deviceId, ...request }));
    Object.assign(state, detachedState(state, attachment));
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
    // An empty batch settles every accepted number asked for, even where the cursor is lower: a
    // restored database counts from before.
    state.derivedTo = batch.hasMore ? batch.derivedTo : Math.max(batch.derivedTo, askedTo);
    state.seenTo = Math.max(state.seenTo, batch.hasMore ? batch.derivedTo + 1 : batch.derivedTo);
    take(batch);
  }

  /**
   * One timer for the device, not a new timer a message: a timer that rings before the silence is
   * long enough is set again.
   */
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
    scope
      .run(() => sleep(silenceMs, { summary: 'until it is silent for too long' }))
      .then(ring, () => undefined);
  }

  async function noteSilence({ readSight, recordConnectivity }: Activities): Promise<void> {
    if (connectivityAt(state, Date.now()) === state.connectivity) return;
    // The database may know a new reporting interval, or a sighting of the device by a message that
    // was dropped.
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

  /**
   * Temporal gets the status on a change only, since a device sends many messages. A run of the
   * version before gets the search attribute at the next message.
   */
  function beFound(): void {
    const { connectivity } = state;
    if (connectivity === shownStatus || !patched('found-by-status')) return;
    upsertSearchAttributes(searchableStatus(connectivity));
    shownStatus = connectivity;
  }
}

type Activities = (typeof transactions)['forCaller'];

function describe(state: DeviceState): string {
  const { connectivity, lastSeenAt } = state;
  const thing = measuredThing(state);
  const where = thing === null ? '' : ` It measures ${thing.kind} ${thing.thingId}.`;
  if (lastSeenAt === null) return `Waits for the first message of the device.${where}`;
  return `The device is ${connectivity.toLowerCase()}; waits for its next message after ${lastSeenAt}.${where}`;
}
