import type { AlertTexts } from './alert-language.js';
import type { ErrorDefinition } from './error-kinds.js';
import type { SignedStart } from './start.js';

/** A domain's words known to every layer. `workflows/domains.ts` lists all domains' words. */
export interface DomainWords {
  /** Codes are stable: clients branch on codes. */
  errorCodes: Readonly<Record<string, ErrorDefinition>>;
  /** The resources counted by plans. */
  limitedResources: readonly string[];
  /** The signed start of each workflow, by workflow type. */
  starts: Readonly<Record<string, (input: never, taskQueue: string) => SignedStart>>;
  /** The texts of its alerts, by message key and language. */
  alertTexts: AlertTexts;
  /** The kinds of things its alerts are about, as `context_type` names each. */
  alertContexts: readonly string[];
  /**
   * The groups of its routes in the OpenAPI document, with a description; a name has no blanks,
   * since pages link to the name.
   */
  tags: Readonly<Record<string, string>>;
  /** Workflows started by a caller's act; the whole input is signed too. */
  actingWorkflows: readonly string[];
}
