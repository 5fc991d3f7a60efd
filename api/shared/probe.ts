const probes = new Set(['/health', '/healthz', '/ready', '/readyz', '/version']);

/** Whether it is one of the paths that those ask who look after the process: on and on, from anywhere, by address. */
export const isProbe = (path: string): boolean => probes.has(path);
