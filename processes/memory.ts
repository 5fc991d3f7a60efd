import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Resident memory of a process and all descendants, in bytes; shared pages count once where the
 * system reports shared pages.
 */
export function treeMemoryBytes(root: number): number {
  const parents = process.platform === 'linux' ? parentsOnLinux() : parentsElsewhere();
  const tree = [root];
  for (const pid of tree)
    for (const [child, { parent }] of parents) if (parent === pid) tree.push(child);
  return tree.reduce((sum, pid) => sum + (parents.get(pid)?.residentKiB() ?? 0) * 1_024, 0);
}

type Parents = Map<number, { parent: number; residentKiB: () => number }>;

function parentsOnLinux(): Parents {
  const parents: Parents = new Map();
  for (const pid of readdirSync('/proc').map(Number).filter(Boolean)) {
    const stat = read(`/proc/${pid}/stat`);
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    parents.set(pid, { parent, residentKiB: () => proportionalKiB(pid) });
  }
  return parents;
}

function proportionalKiB(pid: number): number {
  const proportional = /^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`));
  return Number((proportional ?? /^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`)))?.[1] ?? 0);
}

function parentsElsewhere(): Parents {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid=,rss='], { encoding: 'utf8' });
  const rows = (stdout ?? '')
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return new Map(
    rows.map(([pid = 0, parent = 0, rss = 0]) => [pid, { parent, residentKiB: () => rss }]),
  );
}

/** A process may end during the look. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
