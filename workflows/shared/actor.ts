/**
 * Who acts by an update of a workflow: a person, for an account unless it is the platform's, and the command that this is. What asks
 * for an update names the actor in its first argument; the activity that does the work is told the same one, and the signature
 * of the update is over it.
 */
export interface ActorRef {
  principalId: string;
  accountId?: string | undefined;
  commandId?: string | undefined;
}

/** The actor that the arguments of an update name; none where nobody in particular asks. */
export function actorIn([first]: readonly unknown[]): ActorRef | undefined {
  if (typeof first !== 'object' || first === null || !('principalId' in first)) return undefined;
  const { principalId, accountId, commandId } = first as ActorRef;
  return { principalId, accountId, commandId };
}
