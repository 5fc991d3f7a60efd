export {};

// What pg's clients have and its published types leave out.
declare module 'pg' {
  interface ClientBase {
    processID: number;
  }
  interface QueryConfig {
    /** Otherwise a text without values goes by the simple protocol, which takes several commands. */
    queryMode?: 'extended';
  }
}
