import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { madeUpProgram } from './source/made-up-domain.js';
import { makeMadeUpTree, type MadeUpTree } from './source/made-up-tree.js';

const program = 'made-up.ts';
/** All of Millrace is compiled and a bundle built. */
const patienceMs = 900_000;

let tree: MadeUpTree;
beforeAll(async () => {
  tree = await makeMadeUpTree();
});
afterAll(() => tree.remove());

describe('a new domain with one of everything', () => {
  it(
    'works: its route writes, its event starts its workflow, its task runs, its invariants see',
    async () => {
      await tree.write(program, madeUpProgram);
      const output = await tree.outputOf('processes/program.mjs', program);
      expect(JSON.parse(output.trim().split('\n').at(-1) ?? '')).toEqual({
        documented: ['/v1/accounts/{account_id}/wells'],
        again: expect.stringContaining('WELL_ALREADY_DUG'),
        isSurveyed: true,
        isOwners: true,
        workflow: ['wellWorkflow', 'wells'],
        isCounted: true,
        used: 1,
        holding: [
          ['a well and its event', []],
          ['the survey of a well', []],
        ],
        broken: [
          ['a well and its event', 1],
          ['the survey of a well', 1],
        ],
      });
    },
    patienceMs,
  );
});
