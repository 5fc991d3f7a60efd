/** Names a command of the API on its way through a workflow, so that the activity that makes the change completes it. */
export interface CommandRef {
  commandId: string;
  /** Whose it is; none for a platform admin's. */
  accountId?: string | undefined;
}

/** The command of whoever acts; undefined where no route asked. */
export const commandOf = ({ commandId, accountId }: Partial<CommandRef>): CommandRef | undefined =>
  commandId === undefined ? undefined : { commandId, ...(accountId === undefined ? {} : { accountId }) };
