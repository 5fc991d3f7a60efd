export default async function globalTeardown() {
  await globalThis.millraceServers.stop();
}
