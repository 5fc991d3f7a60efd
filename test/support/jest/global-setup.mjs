import { tsImport } from 'tsx/esm/api';

// Jest loads this file outside its transform, so the TypeScript behind it is loaded by tsx.
export default async function globalSetup() {
  const { startServers } = await tsImport('../servers/servers.ts', import.meta.url);
  globalThis.millraceServers = await startServers();
}
