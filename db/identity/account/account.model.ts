import type { AccountKind } from '../../../workflows/identity/account.contract.js';
import { BaseModel } from '../../shared/base-model.js';

export class Account extends BaseModel {
  static override tableName = 'identity.accounts';
  static override idColumn = 'accountId';

  accountId!: string;
  kind!: AccountKind;
  name!: string;
  legalName!: string | null;
  displayName!: string | null;
  countryCode!: string | null;
  region!: string | null;
  city!: string | null;
  avatarId!: string | null;
  /** The person whose limit of accounts the account counts against. */
  createdBy!: string | null;
}
