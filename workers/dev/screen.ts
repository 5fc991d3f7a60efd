import pc from 'picocolors';

export interface Screen {
  /** Announces a step of some length. */
  say: (text: string) => void;
  finish: (text: string, startedAt: number) => void;
  warn: (text: string) => void;
  fail: (text: string) => void;
  table: (title: string, rows: readonly (readonly [string, string])[]) => void;
}

/**
 * Progress for a person: colours on a terminal, plain lines elsewhere, whatever a build machine's
 * variables ask for.
 */
export function createScreen(isTerminal: boolean = process.stdout.isTTY === true): Screen {
  const colors = pc.createColors(isTerminal && pc.isColorSupported);
  const line = (text: string) => void process.stdout.write(`${text}\n`);
  return {
    say: (text) => line(`  ${colors.dim('·')} ${text}`),
    finish: (text, startedAt) =>
      line(`  ${colors.green('✓')} ${text} ${colors.dim(`(${seconds(startedAt)})`)}`),
    warn: (text) => line(`  ${colors.yellow('!')} ${text}`),
    fail: (text) => void process.stderr.write(`\n${colors.red(text)}\n`),
    table(title, rows) {
      const width = Math.max(...rows.map(([name]) => name.length));
      line(`\n  ${colors.bold(title)}`);
      for (const [name, value] of rows) line(`    ${colors.dim(name.padEnd(width))}  ${value}`);
    },
  };
}

export function seconds(startedAt: number): string {
  return `${((Date.now() - startedAt) / 1_000).toFixed(1)} s`;
}
