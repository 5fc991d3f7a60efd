import { Model } from 'objection';

/**
 * Base of all models. A model is bound to a transaction at each use (`Site.query(transaction)`); a query
 * outside a transaction fails.
 */
export class BaseModel extends Model {}
