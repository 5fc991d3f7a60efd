export {};

// Members of pg's clients missing in the published types.
declare module 'pg' {
  interface ClientBase {
    processID: number;
  }
  interface Connection {
    /** Texts of the parsed statements, by name. */
    parsedStatements: Record<string, string>;
  }
  interface QueryConfig {
    /**
     * Extended, since a text without values otherwise goes by the simple protocol, where several
     * commands are allowed.
     */
    queryMode?: 'extended';
  }
}
