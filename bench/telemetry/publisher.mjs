/**
 * A load of QoS 1 telemetry over raw MQTT, in a process of its own so that it does not share our
 * event loop. Plain JavaScript: it starts in milliseconds. Reads what publish.ts calls a load from
 * its first argument; prints { seconds, acknowledged, failed, cpuSeconds } when every message is
 * acknowledged or refused.
 */
import { connect } from 'node:net';
import mqtt from 'mqtt-packet';

const load = JSON.parse(process.argv[2]);
const {
  port,
  devices,
  messages,
  window,
  ratePerSecond,
  firstSeq = 1,
  distancesMm = [500],
  changeEvery = 1,
} = load;
const perDevice = Math.ceil(messages / devices.length);
let acknowledged = 0;
let failed = 0;

/** Each device has a phase of its own: tanks do not all run low in the same second. */
function payloadOf(seq, phase) {
  const distanceMm =
    distancesMm[Math.floor((seq - firstSeq + phase) / changeEvery) % distancesMm.length];
  const raw = [distanceMm, distanceMm + 1, distanceMm - 1];
  return JSON.stringify({
    schema_version: 1,
    local_timestamp_ms: Date.now(),
    seq,
    sensors: { ultrasonic: { raw_readings: raw } },
    power: { battery_percentage: 80 },
  });
}

function open({ deviceId, password }, index) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const parser = mqtt.parser();
    const phase = index % changeEvery;
    const session = {
      socket,
      deviceId,
      phase,
      next: firstSeq,
      inFlight: 0,
      done: 0,
      finished: undefined,
    };
    socket.setNoDelay(true);
    socket.on('data', (chunk) => parser.parse(chunk));
    socket.on('error', reject);
    socket.on('close', () => session.finished?.());
    parser.on('packet', (packet) => {
      if (packet.cmd === 'connack')
        return packet.returnCode === 0
          ? resolve(session)
          : reject(new Error(`refused: ${packet.returnCode}`));
      if (packet.cmd !== 'puback') return;
      acknowledged += 1;
      session.inFlight -= 1;
      session.done += 1;
      if (session.done === perDevice) session.finished?.();
      else if (!ratePerSecond) fill(session);
    });
    socket.write(
      mqtt.generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        clientId: deviceId,
        username: deviceId,
        password: Buffer.from(password),
        keepalive: 60,
      }),
    );
  });
}

/** Keeps so many messages unanswered on this connection. */
function fill(session) {
  const packets = [];
  while (session.inFlight < window && session.next < firstSeq + perDevice) {
    packets.push(publishOf(session));
  }
  if (packets.length > 0) session.socket.write(Buffer.concat(packets));
}

function publishOf(session) {
  const seq = session.next++;
  session.inFlight += 1;
  return mqtt.generate({
    cmd: 'publish',
    topic: `devices/${session.deviceId}/telemetry`,
    payload: payloadOf(seq, session.phase),
    qos: 1,
    dup: false,
    retain: false,
    messageId: (seq % 65_535) + 1,
  });
}

const sessions = [];
// Connected a hundred at a time: each handshake checks a password.
for (let i = 0; i < devices.length; i += 100)
  sessions.push(...(await Promise.all(devices.slice(i, i + 100).map(open))));
const startedAt = performance.now();
const finished = sessions.map((session) => new Promise((resolve) => (session.finished = resolve)));
if (ratePerSecond) {
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.min(
      messages,
      Math.floor(((performance.now() - startedAt) / 1_000) * ratePerSecond),
    );
    for (; sent < due; sent += 1) {
      const session = sessions[sent % sessions.length];
      if (session.next < firstSeq + perDevice) session.socket.write(publishOf(session));
    }
    if (sent >= messages) clearInterval(timer);
  }, 5);
} else {
  for (const session of sessions) fill(session);
}
await Promise.all(finished);
const seconds = (performance.now() - startedAt) / 1_000;
failed = perDevice * sessions.length - acknowledged;
for (const { socket } of sessions) socket.destroy();
console.log(
  JSON.stringify({
    seconds,
    acknowledged,
    failed,
    cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
  }),
);
