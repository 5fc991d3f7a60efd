import type { UserStatus } from '../../workflows/identity/user.contract.js';
import { BaseModel } from '../shared/base-model.js';

export class User extends BaseModel {
  static override tableName = 'identity.users';
  static override idColumn = 'userId';
  static override jsonAttributes = ['metadata'];

  userId!: string;
  principalId!: string | null;
  email!: string | null;
  emailVerifiedAt!: string | null;
  phoneE164!: string | null;
  phoneVerifiedAt!: string | null;
  passwordHash!: string;
  status!: UserStatus;
  preferredLanguage!: string;
  metadata!: Record<string, unknown>;
  epoch!: number;
}
