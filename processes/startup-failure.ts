/** A reason not to start that its reader can do something about: shown as it is, without a stack. */
export class StartupFailure extends Error {
  override readonly name = 'StartupFailure';
}
