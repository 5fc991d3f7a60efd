import { BaseModel } from '../../shared/base-model.js';

export class Principal extends BaseModel {
  static override tableName = 'identity.principals';
  static override idColumn = 'principalId';

  principalId!: string;
  kind!: 'USER' | 'ORGANIZATION' | 'SERVICE';
}
