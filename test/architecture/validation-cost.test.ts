import { describe, expect, it } from '@jest/globals';
import { Type, type TSchema } from 'typebox';
import { parse } from '../../api/route/body.js';
import { faultsOf } from '../../api/pipeline/input.js';
import { closedObject } from '../../api/route/schema.js';
import { bodyKindOf, type BodyKind } from '../../api/route/outline.js';
import { compileBody, maxFaults, type Check } from '../../api/route/validator.js';
import { asFailure } from '../../workflows/shared/failure.js';
import { allRoutes } from '../support/routes/all-routes.js';
import { leastOf, testedRoutes } from '../support/routes/tested-domain.js';
import { worstBodies } from '../support/routes/worst-bodies.js';

const bodyLimitBytes = 256 * 1024;
const mostMs = 20;
const tries = 12;

/**
 * Of this process's processor alone, the best of several runs, so that other work of the machine is
 * not counted.
 */
function costMs(work: () => void): number {
  let best = Infinity;
  for (let n = 0; n < tries && best > mostMs / 2; n += 1) {
    const startedAt = process.cpuUsage();
    work();
    best = Math.min(best, process.cpuUsage(startedAt).user / 1_000);
  }
  return best;
}

/** The answer to a body, as to a request's: refused by the outline, or parsed and checked. */
function answerTo(body: Uint8Array, kind: BodyKind, check: Check): unknown {
  try {
    return faultsOf(parse(body, kind), check).slice(0, maxFaults);
  } catch (error) {
    return asFailure(error);
  }
}

/** The bodies of a schema that cost too much, or tell too much; and the number tried. */
function judge(schema: TSchema): { tried: number; bad: string[] } {
  const check = compileBody(schema);
  const kind = bodyKindOf(schema);
  const bad: string[] = [];
  let tried = 0;
  for (const { name, text } of worstBodies(schema, bodyLimitBytes)) {
    tried += 1;
    const bytes = Buffer.from(text);
    let answered = '';
    const ms = costMs(() => {
      answered = JSON.stringify(answerTo(bytes, kind, check));
    });
    if (ms > mostMs) bad.push(`${name}: ${ms.toFixed(1)} ms`);
    if (answered.length > 64 * 1024) bad.push(`${name}: ${answered.length} bytes of faults`);
  }
  return { tried, bad };
}

describe('the worst bodies of the size limit', () => {
  const schemas = new Map(
    testedRoutes(allRoutes()).flatMap(({ body, path }) =>
      body ? [[JSON.stringify(body), { body, path }]] : [],
    ),
  );
  it('are there for every request schema', () => expect(schemas.size).toBeGreaterThan(leastOf(25)));

  for (const { body, path } of schemas.values())
    it(`of ${path} are read, judged and told in ${mostMs} ms`, () => {
      const { tried, bad } = judge(body);
      expect(bad).toEqual([]);
      expect(tried).toBeGreaterThanOrEqual(15);
    });

  it('are none where a schema would compare items in pairs: it is not taken', () => {
    const pairs = closedObject({ items: Type.Array(Type.Unknown(), { uniqueItems: true }) });
    expect(() => compileBody(pairs)).toThrow(/uniqueItems needs items of one plain type/);
  });
});
