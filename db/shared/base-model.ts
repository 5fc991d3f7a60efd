import { Model } from 'objection';

/** Every model is bound to a transaction at each use (`Site.query(trx)`); a query outside one fails. */
export class BaseModel extends Model {}
