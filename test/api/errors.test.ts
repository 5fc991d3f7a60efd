import { describe, expect, it } from '@jest/globals';
import {
  ServiceError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { errorReply, statusOf } from '../../api/pipeline/errors.js';
import { asTemporalFailure } from '../../api/shared/workflows.js';
import { errorCodes, type ErrorCode } from '../../workflows/shared/error-codes.js';
import { failure } from '../../workflows/shared/failure.js';

const answerTo = (error: unknown) => {
  const { status, body } = errorReply(error, 'request-1');
  return [status, body.error_code];
};
const withCode = (code: string) => Object.assign(new Error('of the driver'), { code });

describe('an error', () => {
  it('of the catalogue has its status and its own message', () => {
    for (const code of Object.keys(errorCodes) as ErrorCode[])
      expect(errorReply(failure(code), 'request-1')).toMatchObject({
        status: statusOf(code),
        body: {
          error_code: code,
          message: errorCodes[code].message,
          details: {},
          request_id: 'request-1',
        },
      });
  });
  it('is found under what wrapped it on its way', () => {
    const refused = failure('INVALID_ORDER_STATE', { status: 'CANCELLED' });
    const activity = new ActivityFailure(
      'failed',
      'transition',
      '1',
      'NON_RETRYABLE_FAILURE',
      'worker',
      refused,
    );
    const reply = errorReply(new WorkflowUpdateFailedError('failed', activity), 'request-1');
    expect(reply).toMatchObject({ status: 409, body: { details: { status: 'CANCELLED' } } });
  });
  it('says when to come back', () => {
    expect(errorReply(failure('RATE_LIMITED', { retry_after_seconds: 2.5 }), '').headers).toEqual({
      'Retry-After': '3',
    });
  });
  it('of an outage is 503, in Temporal as in PostgreSQL', () => {
    const outages = [
      new ServiceError('unavailable'),
      new WorkflowUpdateRPCTimeoutOrCancelledError('late'),
      withCode('ECONNREFUSED'),
      withCode('57P01'),
      withCode('08006'),
      withCode('53100'),
      withCode('53200'),
      withCode('58030'),
      new Error('Connection terminated unexpectedly'),
      new Error('COMMIT; - Client has encountered a connection error and is not queryable'),
      new Error('timeout exceeded when trying to connect'),
      new AggregateError([withCode('ECONNREFUSED')]),
      Object.assign(new Error('wrapped'), { nativeError: withCode('53300') }),
    ];
    for (const outage of outages) expect(answerTo(outage)).toEqual([503, 'SERVICE_UNAVAILABLE']);
  });
  it('of a full disk says whose it is, and not to come back at once', () => {
    const full = Object.assign(new Error('wrapped'), { nativeError: withCode('53100') });
    expect(errorReply(full, 'r')).toMatchObject({
      status: 503,
      headers: { 'Retry-After': '10' },
      body: { details: { dependency: 'postgres', reason: 'DISK_FULL' } },
    });
  });
  it('of anything else is 500 and tells nothing', () => {
    for (const bug of [
      new TypeError('x is undefined'),
      withCode('23505'),
      'thrown text',
      undefined,
      null,
    ])
      expect(errorReply(bug, 'r').body).toEqual({
        error_code: 'INTERNAL_ERROR',
        message: errorCodes.INTERNAL_ERROR.message,
        details: {},
        request_id: 'r',
      });
    expect(answerTo(ApplicationFailure.create({ type: 'NOT_OF_THE_CATALOGUE' }))).toEqual([
      500,
      'INTERNAL_ERROR',
    ]);
  });
  it('of a workflow that is gone is what the route says it means', () => {
    const gone = new WorkflowNotFoundError(
      'workflow execution already completed',
      'order/1',
      undefined,
    );
    expect(asTemporalFailure(gone, 'INVALID_ORDER_STATE')).toMatchObject({
      type: 'INVALID_ORDER_STATE',
    });
    const ended = ApplicationFailure.create({ type: 'AcceptedUpdateCompletedWorkflow' });
    expect(
      asTemporalFailure(new WorkflowUpdateFailedError('failed', ended), 'INVALID_ORDER_STATE'),
    ).toMatchObject({
      type: 'INVALID_ORDER_STATE',
    });
    expect(asTemporalFailure(new TypeError('bug'), 'CONFLICT')).toBeUndefined();
  });
});
