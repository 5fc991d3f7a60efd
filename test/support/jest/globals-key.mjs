/** Where the runner leaves describe, test and the rest for the file that it is about to load. */
export const globalsKey = Symbol.for('millrace.jest-globals');
