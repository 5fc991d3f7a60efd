export function removeOldEntries(cacheDir: string, prefix: string): Promise<void>;
