/**
 * A call of a workflow by a caller: an update or a start, by the type's name. The caller's
 * signature covers the call; the activity rebuilds the call from the activity's input.
 */
export interface ActorCall {
  name: string;
  args: readonly unknown[];
}
