import type { Config } from '../../config.js';
import type { KeyPurpose } from '../../processes/key-purposes.js';
import { otpWorkflowType, startOfOtp, type OtpInput } from '../../workflows/identity/otp.contract.js';
import { auditExportWorkflowType, startOfAuditExport } from '../../workflows/platform/audit-export.contract.js';
import {
  deadLetterDecisionWorkflowType,
  startOfDeadLetterDecision,
} from '../../workflows/platform/dead-letter-decision.contract.js';
import {
  maintenanceWorkflowType,
  startOfMaintenance,
  type MaintenanceInput,
} from '../../workflows/platform/maintenance.contract.js';
import type { SignedStart } from '../../workflows/shared/start.js';
import { deviceWorkflowType, startOfDevice } from '../../workflows/water/device.contract.js';
import { orderWorkflowType, startOfOrder, type OrderInput } from '../../workflows/water/order.contract.js';
import { isKeyedSignature, keyedSignature } from './keyed-signature.js';

/** Every workflow that we start, as its start is signed. */
const starts: Readonly<Record<string, (input: never, taskQueue: string) => SignedStart>> = {
  [otpWorkflowType]: ({ tokenId }: OtpInput) => startOfOtp(tokenId),
  [auditExportWorkflowType]: startOfAuditExport,
  [deadLetterDecisionWorkflowType]: startOfDeadLetterDecision,
  [maintenanceWorkflowType]: ({ task }: MaintenanceInput, taskQueue) => startOfMaintenance(taskQueue, task),
  [deviceWorkflowType]: startOfDevice,
  [orderWorkflowType]: ({ orderId, buyer, sellerAccountId, policy }: OrderInput) =>
    startOfOrder(orderId, buyer.accountId, sellerAccountId, policy),
};
export const startedTypes: readonly string[] = Object.keys(starts);
/** By the start of which somebody acts, so that its whole input is signed besides. */
export const actingTypes: ReadonlySet<string> = new Set([orderWorkflowType]);

/** The start of a workflow by its input; throws for a type that is none of ours. */
export function startOf(type: string, args: readonly unknown[], taskQueue: string): SignedStart {
  const declared = starts[type];
  if (!declared) throw new Error(`the workflow ${type} is not among those that are signed`);
  return declared(args[0] as never, taskQueue);
}

export interface StartSignatures {
  sign(start: SignedStart): string;
  isOf(start: SignedStart, signature: string): boolean;
}

/** `startOf` lets no type pass that has no key of its own: a test compares them. */
const purposeOf = (type: string): KeyPurpose => `starts of ${type}` as KeyPurpose;

/** A key for each type, so that a process which starts one type need not hold what starts the others. */
export function createStartSignatures({ deriveKey }: Pick<Config, 'deriveKey'>): StartSignatures {
  const keys = new Map<string, Buffer>();
  const keyOf = (type: string): Buffer => {
    const key = keys.get(type) ?? Buffer.from(deriveKey(purposeOf(type)), 'hex');
    keys.set(type, key);
    return key;
  };
  return {
    sign: ({ type, id, accounts, terms }) => keyedSignature(keyOf(type), [type, id, accounts, terms]),
    isOf: ({ type, id, accounts, terms }, signature) =>
      isKeyedSignature(keyOf(type), [type, id, accounts, terms], signature),
  };
}
