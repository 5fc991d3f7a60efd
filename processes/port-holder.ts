import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The listener of a port, like `mosquitto (process 4711)`, as far as the system reports it. */
export function findPortHolder(port: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const sockets = new Set(listeningInodes(port).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  for (const pid of readdirSync('/proc').filter((name) => Number(name) > 0)) {
    const files = attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
    if (
      files.some((file) =>
        sockets.has(attempt(() => readlinkSync(`/proc/${pid}/fd/${file}`)) ?? ''),
      )
    ) {
      return `${attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()) ?? 'a program'} (process ${pid})`;
    }
  }
  return undefined;
}

function listeningInodes(port: number): string[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((file) => (attempt(() => readFileSync(file, 'utf8')) ?? '').split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(`:${hexPort}`) && state === '0A')
    .flatMap((fields) => fields[9] ?? []);
}

/** Processes of others do not let us look, and any may be gone by now. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
