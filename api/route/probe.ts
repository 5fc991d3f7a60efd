const probes = new Set(['/health', '/healthz', '/ready', '/readyz', '/version']);

/** True for a path of probes, sent by monitors again and again, from anywhere, by address. */
export const isProbe = (path: string): boolean => probes.has(path);
