/** Tells of: logger, log-fields. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import ts from 'typescript';
import { withCorrelation } from '../../db/shared/correlation.js';
import { logFields } from '../../workers/observability/log-fields.js';
import { createLogger } from '../../workers/observability/logger.js';
import { describeError } from '../../workers/observability/safe-error.js';
import { failure } from '../../workflows/shared/failure.js';

function aLogger(level = 'info') {
  const lines: Record<string, unknown>[] = [];
  const destination = {
    write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  };
  return { logger: createLogger({ level, process: 'test', destination }), lines };
}

describe('a log line', () => {
  it('has the fields of the list, and no others, however deep', () => {
    const { logger, lines } = aLogger();
    logger.info(
      { status: 200, password: 'hunter2', err: { type: 'x', email: 'a@b.cd' }, count: 2 },
      'request',
    );
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        process: 'test',
        status: 200,
        err: {},
        count: 2,
        msg: 'request',
      },
    ]);
  });

  it('keeps the same list for what a child logger is given', () => {
    const { logger, lines } = aLogger();
    logger.child({ token: 'secret', device_id: 'D1' }).info({}, 'x');
    expect(lines).toMatchObject([{ device_id: 'D1' }]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('has a text of ours only: never an error’s message in place of a missing one, nor what a format would put in', () => {
    const { logger, lines } = aLogger();
    logger.error(new Error(unexpected('hunter2')));
    logger.error({ err: parseFault('hunter2') });
    logger.info('%s', 'hunter2');
    expect(lines.map(({ msg }) => msg)).toEqual(['', '', '%s']);
    expect(JSON.stringify(lines[1])).not.toContain('hunter2');
  });

  it('says whose request and which workflow it is about by itself', () => {
    const { logger, lines } = aLogger();
    withCorrelation({ correlationId: 'r-1', accountId: 'a-1', workflowId: 'order/1' }, () =>
      logger.warn({}, 'x'),
    );
    logger.warn({}, 'y');
    expect(lines[0]).toMatchObject({
      request_id: 'r-1',
      account_id: 'a-1',
      workflow_id: 'order/1',
    });
    expect(lines[1]).not.toHaveProperty('request_id');
  });

  it('is cut where somebody made a field long', () => {
    const { logger, lines } = aLogger();
    logger.info({ device_id: 'D'.repeat(5_000) }, 'x');
    expect(String(lines[0]?.['device_id']).length).toBeLessThan(300);
  });
});

describe('what is told of an error', () => {
  it('is nothing that a parser repeats', () => {
    const told = describeError(parseFault('hunter2'));
    expect(told).toMatchObject({ type: 'SyntaxError' });
    expect(JSON.stringify(told)).not.toContain('hunter2');
  });

  it('is the code, the table and the constraint of a driver, with its message where that names no value', () => {
    const duplicate = driverError(
      '23505',
      'insert into x values ($1) - duplicate key value violates unique constraint "u"',
      {
        detail: 'Key (email)=(ann@example.com) already exists.',
        constraint: 'u',
        table: 'users',
      },
    );
    expect(describeError(duplicate)).toMatchObject({
      code: '23505',
      constraint: 'u',
      table: 'users',
      message: 'duplicate key value violates unique constraint "u"',
    });
    expect(JSON.stringify(describeError(duplicate))).not.toContain('ann@');
    const unreadable = describeError(
      driverError('22P02', 'invalid input syntax for type uuid: "hunter2"'),
    );
    expect(unreadable).not.toHaveProperty('message');
    expect(unreadable).toMatchObject({ code: '22P02' });
  });

  it('is the same of the error that objection wraps', () => {
    const wrapped = Object.assign(new Error('insert … hunter2'), {
      nativeError: driverError('23514', 'violates check'),
    });
    expect(describeError(wrapped)).toMatchObject({ code: '23514', message: 'violates check' });
  });

  it('is the message of what we throw ourselves, less what looks like a person or a key', () => {
    expect(describeError(new Error('no shard for ann@example.com or +41791234567'))).toMatchObject({
      message: 'no shard for … or …',
    });
  });

  it('is the code of a refusal, and of a failure with a cause both, without their words', () => {
    expect(describeError(failure('ROUTE_NOT_FOUND'))).toMatchObject({ type: 'ROUTE_NOT_FOUND' });
    const failed = ApplicationFailure.create({
      message: 'hunter2',
      type: 'PROVIDER_FAILED',
      cause: parseFault('hunter3') as Error,
    });
    expect(describeError(failed)).toMatchObject({
      type: 'PROVIDER_FAILED',
      cause: { type: 'SyntaxError' },
    });
    expect(JSON.stringify(describeError(failed))).not.toMatch(/hunter/);
  });

  it('is where it was in our code, from its root, and no line of its message that looks so', () => {
    const { stack = [] } = describeError(new Error('x\n    at secret (/etc/passwd:1:1)'));
    expect(stack[0]).toMatch(/test\/observability\/logger\.test\.ts:\d+:\d+$/);
    expect(stack.join()).not.toMatch(/secret|node_modules|^\//);
  });
});

describe('every call of a logger', () => {
  it('names fields that are on the list, and a text that is written in the code', () => {
    const wrong = sourcesUnder(['api', 'workers', 'activities', 'db']).flatMap(strayCalls);
    expect(wrong).toEqual([]);
  });

  it('is found where it does not', () => {
    const text =
      "logger.info({ email }, 'x'); logger.warn({ status }, `x ${y}`); logger.error({ status }, 'x');";
    expect(strayCallsOf('x.ts', text)).toEqual(['x.ts: email', 'x.ts: its text is made up']);
  });
});

function unexpected(secret: string): string {
  return `told: ${secret}`;
}
function parseFault(secret: string): unknown {
  try {
    return JSON.parse(`${secret} is not JSON`);
  } catch (error) {
    return error;
  }
}
const driverError = (code: string, message: string, fields: object = {}): Error =>
  Object.assign(new Error(message), {
    name: 'error',
    code,
    stack: 'error\n    at node:net:1:1',
    ...fields,
  });

const root = fileURLToPath(new URL('../..', import.meta.url));
const sourcesUnder = (folders: string[]): string[] =>
  folders.flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  );
const strayCalls = (file: string): string[] =>
  strayCallsOf(file, readFileSync(root + file, 'utf8'));

function strayCallsOf(file: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (
      !ts.isCallExpression(node) ||
      !/\blogger\.(trace|debug|info|warn|error|fatal)$/.test(node.expression.getText())
    )
      return;
    const [fields, message] = node.arguments;
    if (fields && ts.isObjectLiteralExpression(fields))
      for (const { name } of fields.properties)
        if (name && !logFields.has(name.getText())) found.push(`${file}: ${name.getText()}`);
    if (message && !ts.isStringLiteralLike(message) && message.getText() !== 'message')
      found.push(`${file}: its text is made up`);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true));
  return found;
}
