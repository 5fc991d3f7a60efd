import { findPortHolder } from '../../processes/port-holder.js';
import { findFreePort, isPortFree } from '../../processes/port.js';
import { StartupFailure } from '../../processes/startup-failure.js';

/** Where each variable's port usually is taken by somebody else. */
const usualHolders: Record<string, string> = {
  PORT: 'another development server',
  MQTT_PORT: 'an MQTT broker such as mosquitto',
  TEMPORAL_PORT: 'another Temporal server',
  TEMPORAL_UI_PORT: "another Temporal server's Web UI",
  POSTGRES_PORT: 'another PostgreSQL',
};

/**
 * Checks before any start whether each port can be had; a port 0 becomes a free port. All faults in
 * one message.
 */
export async function settlePorts<Name extends string>(
  wanted: Record<Name, number>,
): Promise<Record<Name, number>> {
  const settled = { ...wanted };
  const faults = describeShared(wanted);
  for (const name of Object.keys(wanted) as Name[]) {
    const port = wanted[name];
    if (port === 0) settled[name] = await findFreePort();
    else if (!(await isPortFree(port))) faults.push(describeTaken(name, port));
  }
  if (faults.length > 0) throw new StartupFailure(faults.join('\n'));
  return settled;
}

function describeShared(wanted: Record<string, number>): string[] {
  const fixed = Object.entries(wanted).filter(([, port]) => port !== 0);
  const ports = [...new Set(fixed.map(([, port]) => port))];
  return ports.flatMap((port) => {
    const names = fixed.filter(([, each]) => each === port).map(([name]) => name);
    return names.length < 2
      ? []
      : `${names.join(' and ')} name the same port, ${port}. Give each one of its own.`;
  });
}

function describeTaken(name: string, port: number): string {
  const holder = findPortHolder(port) ?? `probably by ${usualHolders[name] ?? 'another program'}`;
  const owner = holder.startsWith('probably') ? holder : `by ${holder}`;
  return `Port ${port} is in use ${owner}. Stop that, or choose another port: ${name}=${port + 1} npm start`;
}
