import { writeFile } from 'node:fs/promises';
import type { Ratio } from './ratio.js';

/** A measured figure, by place in the JSON report, such as `orders.lifecycle_ratio`. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** The floor or ceiling, and the aim. */
  limit?: string;
  target?: string;
  isMet?: boolean;
  note?: string;
}

/**
 * A comparison as a figure, with the measured values in the note; held to a floor (≥) or a ceiling
 * (≤).
 */
export function ratioFigure(
  name: string,
  measured: Ratio,
  { floor, ceiling, target }: { floor?: number; ceiling?: number; target?: number } = {},
  unit = 'x',
): Figure {
  const { ratio, min, max, ours, divisor, rounds, doubt } = measured;
  const parts = `${format(ours)}/s ÷ ${format(divisor)}/s, ${rounds} rounds, ${format(min)} to ${format(max)}`;
  return {
    name,
    value: ratio,
    unit,
    ...(floor === undefined ? {} : { limit: `≥ ${floor}`, isMet: ratio >= floor }),
    ...(ceiling === undefined ? {} : { limit: `≤ ${ceiling}`, isMet: ratio <= ceiling }),
    ...(target === undefined ? {} : { target: `≥ ${target}` }),
    note: doubt ? `${parts}; DOUBTFUL: ${doubt}` : parts,
  };
}

/** The note of a load generator so busy as to make the rates lower bounds. */
export function loadNote(cpuShares: readonly number[]): string {
  const most = Math.max(...cpuShares);
  return most > 0.8
    ? `; the load took up to ${Math.round(most * 100)} % of a core, so both rates are lower bounds`
    : '';
}

export function printTable(figures: readonly Figure[]): void {
  const rows = figures.map(({ name, value, unit, limit, target, isMet, note }) => [
    name,
    `${format(value)} ${unit}`,
    limit ?? '',
    target ?? '',
    isMet === undefined ? '' : isMet ? 'yes' : 'NO',
    note ?? '',
  ]);
  const table = [['figure', 'measured', 'limit', 'target', 'met', 'how'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

/** `a.b_c` becomes { a: { b_c: value } }. */
export async function writeJson(file: string, figures: readonly Figure[]): Promise<void> {
  const report: Record<string, Record<string, number>> = {};
  for (const { name, value } of figures) {
    const [group = '', key = ''] = name.split('.');
    (report[group] ??= {})[key] = value;
  }
  await writeFile(file, `${JSON.stringify({ ...report, figures }, null, 2)}\n`);
}

const format = (value: number): string =>
  Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
