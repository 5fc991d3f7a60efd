export {};

// What pg's clients have and its published types leave out.
declare module 'pg' {
  interface ClientBase {
    processID: number;
  }
}
