const listed = 10;

/**
 * Says after a run of many files which of them took longest: a suite becomes slow by one file at a
 * time.
 */
export default class SlowestReporter {
  onRunComplete(_contexts, { testResults }) {
    if (testResults.length <= listed) return;
    const slowest = testResults
      .map(({ testFilePath, perfStats }) => ({ testFilePath, seconds: perfStats.runtime / 1_000 }))
      .sort((one, other) => other.seconds - one.seconds)
      .slice(0, listed);
    const lines = slowest.map(({ testFilePath, seconds }) => {
      const [, name] = testFilePath.split(/[\\/]test[\\/]/);
      return `${seconds.toFixed(1).padStart(8)} s  ${name}`;
    });
    process.stderr.write(`\nThe ten slowest files:\n${lines.join('\n')}\n`);
  }
}
