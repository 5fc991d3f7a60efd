/** What the signature of a workflow's start is over; each activity tells it again from its own input. */
export interface SignedStart {
  type: string;
  id: string;
  /** Whose rows the workflow may write, beside those of no account that its id names. */
  accounts: readonly string[];
  /** What else of its input its activities go by, such as an order's deadlines. */
  terms?: object;
  /** Started by a schedule: Temporal appends the time of each run to the id. */
  isScheduled?: true;
}
