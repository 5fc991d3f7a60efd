import type { Context } from 'koa';
import { Type, type Static, type TObject, type TSchema } from 'typebox';
import type { Transaction } from '../../db/shared/database.js';
import type { FeatureKey, LimitedResource } from '../../workflows/identity/plan.contract.js';
import type { CommandRef } from '../../workflows/shared/command.js';
import type { ErrorCode } from '../../workflows/shared/error-codes.js';
import type { Access } from './access.js';
import type { Caller } from './caller.js';
import { object, uuid } from './schema.js';

export { anyone, developmentOnly, member, platformAdmin, resource, signedIn } from './access.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
/** Status → schema of its body; null for a status without a body. */
export type Responses = Record<number, TSchema | null>;
export type Headers = Readonly<Record<string, string>>;

/** What the audit log says of a change: `site.create` of a `site`, whose id the path or the answer has as `site_id`. */
export interface Audited {
  action: string;
  subject: string;
  /**
   * The field of the answer, or else of the path or the query, that holds the subject's id; `<subject>_id` when it is left out,
   * and null where it is about many.
   */
  id?: string | null | undefined;
}
/** Every route that changes anything is audited, or says why it need not be. */
export type Audit = Audited | { exempt: string };
/** Whether a repeat of the same `Idempotency-Key` answers again what the first was answered. */
export type Idempotency = 'optional' | 'required' | 'none';
/** Requests of a class are counted together, for an account (limits are configuration). */
export type LimitClass = 'read' | 'write' | 'search' | 'auth' | 'ops_ingest' | 'ops_orders';
/** Every route has a class, or says why its requests are not counted. */
export type Limit = LimitClass | { exempt: string };
/** So many requests in each window. */
export interface Rate {
  max: number;
  windowSeconds: number;
}
/** Requests to sign in are counted a second time, by whom they name. */
export type RateName = LimitClass | 'auth_identifier' | 'otp_identifier' | 'otp_ip';
/** What a caller is told of one count. */
export interface Counted {
  name: RateName;
  rate: Rate;
  remaining: number;
  resetSeconds: number;
}

/** Who makes the change: the handler, in the request's transaction, or an activity of the workflow that it messages. */
export type Effect = 'transaction' | 'workflow';

/** Everything there is to know about a route: validation, access, types and OpenAPI are read from it. */
export interface Contract {
  method: Method;
  path: string;
  /** In the OpenAPI document; made from method and path when left out. */
  operationId?: string | undefined;
  summary: string;
  description?: string;
  tag: string;
  access: Access;
  params: TObject;
  query?: TObject | undefined;
  body?: TSchema | undefined;
  responses: Responses;
  /** The codes its own logic may answer with; those of access and validation are implied. */
  errors: readonly ErrorCode[];
  /** PATCH and PUT that must name the version they change. */
  concurrency?: 'if-match' | undefined;
  /** Of every route that changes anything, and of those by which the platform reads what is others'. */
  audit?: Audit | undefined;
  /** When left out: optional where something is created (201 or 202 of a POST), none elsewhere. */
  idempotency?: Idempotency | undefined;
  /** The answer holds what only who asked may know: a repeat under the same key answers it to the same principal alone. */
  answersSecret?: boolean | undefined;
  /** When left out: read for GET, auth for /v1/auth without sign-in, write elsewhere. */
  limit?: Limit | undefined;
  /** A feature that the account's plan must have. */
  feature?: FeatureKey | undefined;
  /** Adds one of what plans count: refused by the database at the plan's limit, whichever way it is added. */
  uses?: LimitedResource | undefined;
  /** When left out: transaction. */
  effect?: Effect | undefined;
  /** Headers of a request that are the route's own, with what each is for. */
  requestHeaders?: TObject | undefined;
  /** Sends a code to an identifier that anybody may name: counted by where from, and by whom it names. */
  sendsCode?: true | undefined;
}

export interface Reply {
  status: number;
  body?: unknown;
  headers?: Headers;
  /** The body as it leaves, where it has been made already; null for none. */
  content?: Content | null;
}

/** A request whose effect a workflow makes. */
export interface Command {
  /** What the ids of a new workflow and of an update derive from, so that a command that is sent again does nothing twice. */
  id: string;
  /** Of the update that this request sends: another one where the command is sent again, since an update answers its id once. */
  updateId: string;
  /** Travels in the workflow's input or update, for the activity that completes it. */
  ref: CommandRef;
  /** What the command answers: what it answered before, or what sending it answers now. The reply is made of this alone. */
  resultOf<Result>(send: () => Promise<Result>): Promise<Result>;
}

/** One request on its way through the layers of its route, which fill it in. */
export interface Call {
  readonly ctx: Context;
  readonly requestId: string;
  readonly clientIp: string;
  /** When it came, on the clock of `performance.now()`. */
  readonly arrivedMs: number;
  /** A header of the request; empty when it has none of that name. */
  header(name: string): string;
  params: Record<string, string>;
  query: unknown;
  body: unknown;
  caller: Caller | undefined;
  accountId: string | undefined;
  ifMatch: number | undefined;
  /** The request's own, where the route changes what belongs to an account: it is committed with the answer, or not at all. */
  transaction: Transaction | undefined;
  command: Command | undefined;
  /** What has been said of rate limits. */
  counted: readonly Counted[];
}
export type Handle = (call: Call) => Promise<Reply>;
export type Route = Contract & { handle: Handle };

/**
 * One concern around a handler. It is asked once a route, when the server is put together, and returns `next` itself
 * where the route's contract does not call for it; so a request only passes what its route needs.
 */
export type Layer = (route: Route, next: Handle) => Handle;

type ParamNames<Path extends string> = Path extends `${string}:${infer Rest}`
  ? Rest extends `${infer Name}/${infer Tail}`
    ? Name | ParamNames<`/${Tail}`>
    : Rest
  : never;
type Params<P, Path extends string> = P extends TObject ? Static<P> : { [Name in ParamNames<Path>]: string };
type Value<Schema> = Schema extends TSchema ? Static<Schema> : undefined;
type Kind<A> = A extends Access ? A['kind'] : never;

/** What a handler is given: checked, coerced, and typed by the route's own schemas. */
export interface TypedCall<Path extends string, A, P, Q, B, C, E> {
  params: Params<P, Path>;
  query: Value<Q>;
  body: Value<B>;
  caller: Kind<A> extends 'anyone' | 'developmentOnly' ? undefined : Caller;
  /** The account of the path, or the one that owns the resource; the caller's role in it has been checked. */
  accountId: Kind<A> extends 'member' | 'resource' ? string : undefined;
  /** The row version the caller has seen; -1 stands for a tag that no version has. */
  ifMatch: C extends 'if-match' ? number : undefined;
  /** What is done through `database` for the account joins it by itself; here for what is handed a transaction. */
  transaction: Transaction | undefined;
  /** Where the effect is a workflow's. */
  command: E extends 'workflow' ? Command : undefined;
  requestId: string;
  clientIp: string;
  header(name: string): string;
}

/** The union of what may leave: a status that the route does not declare does not compile. */
export type TypedReply<R extends Responses> = {
  [Status in keyof R & number]: R[Status] extends TSchema
    ? { status: Status; body: Static<R[Status]>; headers?: Headers }
    : { status: Status; body?: undefined; headers?: Headers };
}[keyof R & number];

interface Declaration<Path extends string, A, P, Q, B, R extends Responses, C, E> extends Omit<
  Contract,
  'path' | 'access' | 'params' | 'query' | 'body' | 'responses' | 'errors' | 'concurrency' | 'effect'
> {
  path: Path;
  access: A;
  /** By default each `:param` of the path is a UUID. */
  params?: P;
  query?: Q;
  body?: B;
  responses: R;
  errors?: readonly ErrorCode[];
  concurrency?: C;
  effect?: E;
}

/** States a route's whole contract; `.handledBy` adds the sentence that fulfils it. */
export function route<
  const Path extends string,
  A extends Access,
  R extends Responses,
  P extends TObject | undefined = undefined,
  Q extends TObject | undefined = undefined,
  B extends TSchema | undefined = undefined,
  C extends 'if-match' | undefined = undefined,
  E extends Effect | undefined = undefined,
>(declaration: Declaration<Path, A, P, Q, B, R, C, E>) {
  return {
    handledBy(handle: (call: TypedCall<Path, A, P, Q, B, C, E>) => Promise<TypedReply<R>>): Route {
      return {
        ...declaration,
        params: declaration.params ?? uuidParams(declaration.path),
        errors: declaration.errors ?? [],
        // The layers in front of the handler make a Call what its TypedCall promises (pipeline.ts).
        handle: handle as unknown as Handle,
      };
    },
  };
}

export const isMutating = ({ method }: Pick<Contract, 'method'>): boolean => method !== 'get';
/** Whoever reads is written down, with the answer. */
export const isAuditedRead = ({ method, audit }: Pick<Contract, 'method' | 'audit'>): boolean =>
  method === 'get' && audit !== undefined && 'action' in audit;
export const limitOf = ({ method, path, access, limit }: Contract): LimitClass | undefined => {
  if (limit !== undefined) return typeof limit === 'string' ? limit : undefined;
  if (access.kind === 'anyone' && path.startsWith('/v1/auth/')) return 'auth';
  return method === 'get' ? 'read' : 'write';
};
export const effectOf = ({ effect = 'transaction' }: Contract): Effect => effect;
export const idempotencyOf = ({ method, responses, idempotency }: Contract): Idempotency =>
  idempotency ?? (method === 'post' && (201 in responses || 202 in responses) ? 'optional' : 'none');

export const paramNames = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');

const uuidParams = (path: string): TObject => object(Object.fromEntries(paramNames(path).map((name) => [name, uuid])));

/** A body that is not JSON: text, bytes or a stream of the media type. */
export type Content = string | Buffer | NodeJS.ReadableStream;
export const mediaTypeKey = 'x-media-type';
export const media = (mediaType: string) => Type.Unsafe<Content>({ [mediaTypeKey]: mediaType });
export const mediaTypeOf = (schema: TSchema): string | undefined =>
  mediaTypeKey in schema ? String(schema[mediaTypeKey]) : undefined;
