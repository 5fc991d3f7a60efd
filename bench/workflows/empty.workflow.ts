/** Nothing but what Temporal itself costs. */
export async function emptyWorkflow(): Promise<void> {}
