import { startServers } from '../support/servers.js';
import { connectTestTemporal } from '../support/temporal.js';
import { playAuditExports } from './audit-export.stories.js';
import { playDeadLetterDecisions } from './dead-letter-decision.stories.js';
import { playDevices } from './device.stories.js';
import { playMaintenances } from './maintenance.stories.js';
import { playOrders } from './order.stories.js';
import { playOtps } from './otp.stories.js';
import { record } from './recording.js';

/**
 * `npm run histories`: plays the stories of each kind of workflow on real servers and keeps their histories, which must replay
 * on every later version of the workflow. All kinds are played, or those that are named. Stories of the same name are replaced,
 * so the history of a released version is renamed first: executions that it began are still running.
 */
const players = {
  auditExport: playAuditExports,
  deadLetterDecision: playDeadLetterDecisions,
  device: playDevices,
  maintenance: playMaintenances,
  order: playOrders,
  otp: playOtps,
};

const wanted = process.argv.slice(2);
const servers = await startServers();
const temporal = await connectTestTemporal();
try {
  for (const [kind, play] of Object.entries(players)) {
    if (wanted.length > 0 && !wanted.includes(kind)) continue;
    const played = await play(temporal);
    await record(kind, played);
    console.log(`${kind}: ${Object.keys(played).join(', ')}`);
  }
} finally {
  await temporal.close();
  await servers.stop();
}
