import type { AccountRole } from '../../../workflows/identity/account.contract.js';
import { BaseModel } from '../../shared/base-model.js';

export class AccessGrant extends BaseModel {
  static override tableName = 'identity.access_grants';
  static override idColumn = ['accountId', 'principalId', 'resourceType', 'resourceId'];

  accountId!: string;
  grantId!: string;
  principalId!: string;
  /** `account` for a role on the whole account; the resource id is then the account's. */
  resourceType!: string;
  resourceId!: string;
  role!: AccountRole;
}
