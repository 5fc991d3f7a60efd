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
  /** Of a pending user it is nobody's: see its registrations. Null where a proved identifier was claimed by several. */
  passwordHash!: string | null;
  status!: UserStatus;
  preferredLanguage!: string;
  metadata!: Record<string, unknown>;
  epoch!: number;
}
