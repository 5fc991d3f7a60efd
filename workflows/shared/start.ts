/**
 * The signed content of a workflow's start; each activity rebuilds the content from the activity's
 * input.
 */
export interface SignedStart {
  type: string;
  id: string;
  /**
   * Accounts whose rows the workflow may write, beside rows of no account named by the workflow's
   * id.
   */
  accounts: readonly string[];
  /** Further input on which activities rely, such as an order's deadlines. */
  terms?: object;
  /** Started by a schedule: Temporal appends the time of each run to the id. */
  isScheduled?: true;
}
