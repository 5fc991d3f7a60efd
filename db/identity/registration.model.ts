import { BaseModel } from '../shared/base-model.js';

export class Registration extends BaseModel {
  static override tableName = 'identity.registrations';
  static override idColumn = 'registrationId';

  registrationId!: string;
  userId!: string;
  email!: string | null;
  phoneE164!: string | null;
  passwordHash!: string;
  preferredLanguage!: string;
  tokenHash!: Buffer;
  createdAt!: string;
  expiresAt!: string;
}
