import type { UserStatus } from '../../../workflows/identity/user.contract.js';
import { BaseModel } from '../../shared/base-model.js';

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
  /**
   * A pending user's is nobody's: see the registrations. Null for a proved identifier claimed by
   * several.
   */
  passwordHash!: string | null;
  status!: UserStatus;
  preferredLanguage!: string;
  firstName!: string | null;
  lastName!: string | null;
  /** The account chosen as the first to show; counts while the person is a member. */
  defaultAccountId!: string | null;
  avatarId!: string | null;
  metadata!: Record<string, unknown>;
  epoch!: number;
}
