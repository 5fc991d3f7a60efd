/**
 * An update as it is asked for. The signature of who acts is over it; the activity that does its work tells it again from its own
 * input.
 */
export interface UpdateCall {
  name: string;
  args: readonly unknown[];
}
