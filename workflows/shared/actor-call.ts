/**
 * What somebody asks of a workflow: an update, or its start, by the type's name. The signature of who acts is over it; the activity
 * that does its work tells it again from its own input.
 */
export interface ActorCall {
  name: string;
  args: readonly unknown[];
}
