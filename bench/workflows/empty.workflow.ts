/** Temporal's own cost, with no work. */
export async function emptyWorkflow(): Promise<void> {}
