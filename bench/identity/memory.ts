/** Resident memory of an API process, from the metrics. */
export async function residentMib(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  const match = /^millrace_process_resident_bytes\S* (\S+)/m.exec(await answer.text())?.[1];
  if (match === undefined) throw new Error(`the memory is not told: ${answer.status}`);
  return Number(match) / 2 ** 20;
}
