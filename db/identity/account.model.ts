import type { AccountKind } from '../../workflows/identity/account.contract.js';
import { BaseModel } from '../shared/base-model.js';

export class Account extends BaseModel {
  static override tableName = 'identity.accounts';
  static override idColumn = 'accountId';

  accountId!: string;
  kind!: AccountKind;
  name!: string;
}
