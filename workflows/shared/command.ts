import { ApplicationFailure } from '@temporalio/common';

/**
 * Names an API command through a workflow, so that the activity making the change completes the
 * command.
 */
export interface CommandRef {
  commandId: string;
  /** Account of the command; absent for a platform admin's. */
  accountId?: string | undefined;
}

/** The command of a caller; undefined where no route asked. */
export const commandOf = ({ commandId, accountId }: Partial<CommandRef>): CommandRef | undefined =>
  commandId === undefined
    ? undefined
    : { commandId, ...(accountId === undefined ? {} : { accountId }) };

/**
 * Failure types of a request forbidden to the workflow or called off meanwhile; no correct workflow
 * of Millrace meets such a failure.
 */
export const commandOver = 'COMMAND_IS_OVER';
export const stepRefused = 'STEP_REFUSED';

/**
 * The failure of a command completed before, called off, or given by no caller: a retry never takes
 * effect.
 */
export const commandIsOver = (): ApplicationFailure =>
  ApplicationFailure.nonRetryable(
    'the command is completed already, or nobody gave it',
    commandOver,
  );
export const isCommandOver = (error: unknown): boolean =>
  error instanceof ApplicationFailure && error.type === commandOver;
