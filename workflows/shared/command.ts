import { ApplicationFailure } from '@temporalio/common';

/** Names a command of the API on its way through a workflow, so that the activity that makes the change completes it. */
export interface CommandRef {
  commandId: string;
  /** Whose it is; none for a platform admin's. */
  accountId?: string | undefined;
}

/** The command of whoever acts; undefined where no route asked. */
export const commandOf = ({ commandId, accountId }: Partial<CommandRef>): CommandRef | undefined =>
  commandId === undefined ? undefined : { commandId, ...(accountId === undefined ? {} : { accountId }) };

/** Types of failures that no workflow of ours meets, unless it asks for what it may not, or for what was called off meanwhile. */
export const commandOver = 'COMMAND_IS_OVER';
export const stepRefused = 'STEP_REFUSED';

/** Of a command that was completed before, called off, or given by nobody: it takes effect no more, however often it is tried. */
export const commandIsOver = (): ApplicationFailure =>
  ApplicationFailure.nonRetryable('the command is completed already, or nobody gave it', commandOver);
export const isCommandOver = (error: unknown): boolean =>
  error instanceof ApplicationFailure && error.type === commandOver;
