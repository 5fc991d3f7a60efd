import type { Context } from 'koa';
import { Type, type Static, type TObject, type TSchema } from 'typebox';
import type { AuditedRequest } from '../../db/audit/audit.js';
import type { ReadScope, WriteScope } from '../../db/connection/database.js';
import type { FeatureKey } from '../../workflows/identity/plan.contract.js';
import type { LimitedResource } from '../../workflows/shared/limited-resources.js';
import type { CommandRef } from '../../workflows/shared/command.js';
import type { ErrorCode } from '../../workflows/shared/error-codes.js';
import type { Audience, Scope } from '../../workflows/identity/scope.contract.js';
import { isForPlatform, isOfAccount, type Access } from './access.js';
import type { Caller, SessionCaller } from './caller.js';
import { closedObject, uuid } from './schema.js';
import type { Upload, Uploaded } from './upload.js';

export {
  accountOf,
  anyone,
  callerOf,
  developmentOnly,
  member,
  platformAdmin,
  platformStaff,
  resource,
  signedIn,
} from './access.js';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
/** Status → schema of the body; null for a status without a body. */
type Responses = Record<number, TSchema | null>;
export type Headers = Readonly<Record<string, string>>;

/**
 * The audit entry of a change: `site.create` of a `site`, with the id in the path's or the answer's
 * `site_id`.
 */
export interface Audited {
  action: string;
  subject: string;
  /**
   * Field of the answer, or else of the request, with the subject's id; `<subject>_id`
   * when left out, and null for an entry about many subjects.
   */
  id?: string | null | undefined;
}
/** Every changing route is audited, or says why not. */
type Audit = Audited | { exempt: string };
/** Whether a repeat of the same `Idempotency-Key` gets the first answer again. */
type Idempotency = 'optional' | 'required' | 'none';
/** Requests of a class are counted together, for an account (limits are configuration). */
type LimitClass = 'read' | 'write' | 'search' | 'auth' | 'ops_ingest' | 'ops_orders';
/** Every route has a class, or says why requests are not counted. */
type Limit = LimitClass | { exempt: string };
/** So many requests in each window. */
export interface Rate {
  max: number;
  windowSeconds: number;
}
/** Sign-in requests are counted a second time, by the named identifier. */
export type RateName = LimitClass | 'auth_identifier' | 'otp_identifier' | 'otp_ip';
/** State of a count, for the caller. */
export interface Counted {
  name: RateName;
  rate: Rate;
  remaining: number;
  resetSeconds: number;
}

/**
 * The maker of the change: the handler, in the request's transaction; an activity of the messaged
 * workflow; or none here, for facts taken in or a computed answer.
 */
type Effect = 'transaction' | 'workflow' | 'none';

/** The whole contract of a route: validation, access, types and OpenAPI are read from here. */
export interface Contract {
  method: Method;
  path: string;
  /** In the OpenAPI document; made from method and path when left out. */
  operationId?: string | undefined;
  summary: string;
  description?: string;
  tag: string;
  access: Access;
  /** Needed by keys and account tokens; a route without a scope is for sessions alone. */
  scope?: Scope | undefined;
  /**
   * Fields of the body with ids of resources, by kind: a role on the path's resource alone leads to
   * no resource outside of the role.
   */
  bodyResources?: Readonly<Record<string, string>> | undefined;
  /** Of the tokens for the route; when left out: api. */
  audience?: Audience | undefined;
  params: TObject;
  query?: TObject | undefined;
  body?: TSchema | undefined;
  /** In place of a JSON body. */
  upload?: Upload | undefined;
  responses: Responses;
  /**
   * The possible codes of the route's own logic; the codes of access and validation are implied.
   */
  errors: readonly ErrorCode[];
  /** For PATCH and PUT: the request must name the version to change. */
  concurrency?: 'if-match' | undefined;
  /** For every changing route, and for the platform's reads of accounts' data. */
  audit?: Audit | undefined;
  /** When left out: optional where something is created (201 or 202 of a POST), none elsewhere. */
  idempotency?: Idempotency | undefined;
  /**
   * The answer holds a secret of the caller: a repeat under the same key is answered to the same
   * principal alone.
   */
  answersSecret?: boolean | undefined;
  /** When left out: read for GET, auth for /v1/auth without sign-in, write elsewhere. */
  limit?: Limit | undefined;
  /** A feature the account's plan must have. */
  feature?: FeatureKey | undefined;
  /** Adds a thing counted by plans: the database refuses at the plan's limit, by whatever route. */
  uses?: LimitedResource | undefined;
  /** When left out: transaction. */
  effect?: Effect | undefined;
  /** Request headers of the route's own, each with a description. */
  requestHeaders?: TObject | undefined;
  /**
   * Sends a code to an identifier anybody may name: counted by address, and by the named
   * identifier.
   */
  sendsCode?: true | undefined;
}

export interface Reply {
  status: number;
  body?: unknown;
  headers?: Headers;
  /** The rendered body, where already made; null for no body. */
  content?: Content | null;
}

/** A request whose effect a workflow makes. */
export interface Command {
  /**
   * Source of the ids of a new workflow and of an update, so that sending the command again does
   * nothing twice.
   */
  id: string;
  /**
   * Id of the update sent by the request: new where the command is sent again, since an update
   * answers each id once.
   */
  updateId: string;
  /** Travels in the workflow's input or update, for the completing activity. */
  ref: CommandRef;
  /**
   * The stored result of the command, or the result of sending now. The reply is made of the result
   * alone.
   */
  resultOf<Result>(send: () => Promise<Result>): Promise<Result>;
}

/** A request on the way through the route's layers, each layer filling in fields. */
export interface Call {
  readonly ctx: Context;
  readonly requestId: string;
  readonly clientIp: string;
  /** Time of arrival, on the clock of `performance.now()`. */
  readonly arrivedMs: number;
  /** A header of the request; empty when missing. */
  header(name: string): string;
  params: Record<string, string>;
  query: unknown;
  body: unknown;
  upload: Uploaded | undefined;
  caller: Caller | undefined;
  accountId: string | undefined;
  /** The resources around the path's resource, by columns such as `siteId`. */
  surroundings: object | undefined;
  ifMatch: number | undefined;
  /**
   * The write scope of the request's transaction, where the route is transacted; else a read scope.
   * Set by the pipeline.
   */
  scope: ReadScope;
  command: Command | undefined;
  /** For an audited route without a transaction of the request. */
  audited: AuditedRequest | undefined;
  /** Rate-limit headers so far. */
  counted: readonly Counted[];
}
export type Handle = (call: Call) => Promise<Reply>;
export type Route = Contract & { handle: Handle };

/**
 * A single concern around a handler. Called once a route, at the server's assembly; returns `next`
 * unchanged where the route's contract does not need the layer, so a request passes only needed
 * layers.
 */
export type Layer = (route: Route, next: Handle) => Handle;

type ParamNames<Path extends string> = Path extends `${string}:${infer Rest}`
  ? Rest extends `${infer Name}/${infer Tail}`
    ? Name | ParamNames<`/${Tail}`>
    : Rest
  : never;
type Params<P, Path extends string> = P extends TObject
  ? Static<P>
  : { [Name in ParamNames<Path>]: string };
type Value<Schema> = Schema extends TSchema ? Static<Schema> : undefined;
type Kind<A> = A extends Access ? A['kind'] : never;

type ScopeOf<M, A, E> = M extends 'get'
  ? ReadScope
  : E extends 'workflow' | 'none'
    ? ReadScope
    : Kind<A> extends TransactedKind
      ? WriteScope
      : ReadScope;
type TransactedKind = 'member' | 'resource' | 'accountOf' | 'platformAdmin' | 'platformStaff';

type AuditedOf<M, A, E, U> = U extends Audited
  ? M extends 'get'
    ? undefined
    : E extends 'workflow'
      ? undefined
      : ScopeOf<M, A, E> extends WriteScope
        ? undefined
        : AuditedRequest
  : undefined;

type CallerOf<A> =
  Kind<A> extends 'anyone' | 'developmentOnly'
    ? undefined
    : A extends { callers: readonly ['SESSION'] }
      ? SessionCaller
      : Caller;

/** A handler's argument: checked, coerced, and typed by the route's own schemas. */
interface TypedCall<M, Path extends string, A, P, Q, B, C, E, U, L> {
  params: Params<P, Path>;
  query: Value<Q>;
  body: Value<B>;
  upload: L extends Upload ? Uploaded : undefined;
  caller: CallerOf<A>;
  /**
   * The account of the path, or the account owning the resource; the caller's role there has been
   * checked.
   */
  accountId: Kind<A> extends 'member' | 'resource' | 'accountOf' ? string : undefined;
  /** The row version seen by the caller; -1 for a tag no version has. */
  ifMatch: C extends 'if-match' ? number : undefined;
  /**
   * The database, for the request's account or else for the caller. A changing route gets a write
   * scope, committed with the answer or not at all; every other route a read scope.
   */
  scope: ScopeOf<M, A, E>;
  /** Where the effect is a workflow's. */
  command: E extends 'workflow' ? Command : undefined;
  /**
   * For records with transactions of their own, where the records append the audit entry; elsewhere
   * the pipeline or an activity does.
   */
  audited: AuditedOf<M, A, E, U>;
  requestId: string;
  clientIp: string;
  header(name: string): string;
}

/** The union of allowed replies: a status the route does not declare does not compile. */
type TypedReply<R extends Responses> = {
  [Status in keyof R & number]: R[Status] extends TSchema
    ? { status: Status; body: Static<R[Status]>; headers?: Headers }
    : { status: Status; body?: undefined; headers?: Headers };
}[keyof R & number];

interface Declaration<
  M,
  Path extends string,
  A,
  P,
  Q,
  B,
  R extends Responses,
  C,
  E,
  U,
  L,
> extends Omit<
  Contract,
  | 'method'
  | 'path'
  | 'access'
  | 'params'
  | 'query'
  | 'body'
  | 'upload'
  | 'responses'
  | 'errors'
  | 'concurrency'
  | 'effect'
  | 'audit'
> {
  method: M;
  path: Path;
  access: A;
  /** By default each `:param` of the path is a UUID. */
  params?: P;
  query?: Q;
  body?: B;
  upload?: L;
  responses: R;
  errors?: readonly ErrorCode[];
  concurrency?: C;
  effect?: E;
  audit?: U;
}

/** States a route's whole contract; `.handledBy` adds the handler. */
export function route<
  const M extends Method,
  const Path extends string,
  A extends Access,
  R extends Responses,
  P extends TObject | undefined = undefined,
  Q extends TObject | undefined = undefined,
  B extends TSchema | undefined = undefined,
  C extends 'if-match' | undefined = undefined,
  E extends Effect | undefined = undefined,
  U extends Audit | undefined = undefined,
  L extends Upload | undefined = undefined,
>(declaration: Declaration<M, Path, A, P, Q, B, R, C, E, U, L>) {
  return {
    handledBy(
      handle: (call: TypedCall<M, Path, A, P, Q, B, C, E, U, L>) => Promise<TypedReply<R>>,
    ): Route {
      return {
        ...declaration,
        params: declaration.params ?? uuidParams(declaration.path),
        errors: declaration.errors ?? [],
        // The layers before the handler turn a Call into the promised TypedCall (pipeline.ts).
        handle: handle as unknown as Handle,
      };
    },
  };
}

export const isMutating = ({ method }: Pick<Contract, 'method'>): boolean => method !== 'get';
/** An audited read commits the audit entry with the answer. */
export const isAuditedRead = ({ method, audit }: Pick<Contract, 'method' | 'audit'>): boolean =>
  method === 'get' && audit !== undefined && 'action' in audit;
export const limitOf = ({ method, path, access, limit }: Contract): LimitClass | undefined => {
  if (limit !== undefined) return typeof limit === 'string' ? limit : undefined;
  if (access.kind === 'anyone' && path.startsWith('/v1/auth/')) return 'auth';
  return method === 'get' ? 'read' : 'write';
};
export const effectOf = ({ effect = 'transaction' }: Contract): Effect => effect;
/**
 * Whether the request has a transaction of its own, committed with the answer or not at all. A
 * route without an audit entry and a stored answer (a quote, a batch of facts) has none.
 */
export const isTransacted = (route: Contract): boolean =>
  isAuditedRead(route) ||
  (isMutating(route) &&
    effectOf(route) === 'transaction' &&
    (isOfAccount(route.access) || isForPlatform(route.access)));
export const audienceOf = ({ audience = 'api' }: Contract): Audience => audience;
export const idempotencyOf = ({ method, responses, idempotency }: Contract): Idempotency =>
  idempotency ??
  (method === 'post' && (201 in responses || 202 in responses) ? 'optional' : 'none');

export const paramNames = (path: string): string[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');

const uuidParams = (path: string): TObject =>
  closedObject(Object.fromEntries(paramNames(path).map((name) => [name, uuid])));

/** A body other than JSON: text, bytes or a stream of the media type. */
export type Content = string | Buffer | NodeJS.ReadableStream;
export const mediaTypeKey = 'x-media-type';
export const media = (mediaType: string) => Type.Unsafe<Content>({ [mediaTypeKey]: mediaType });
export const mediaTypeOf = (schema: TSchema): string | undefined =>
  mediaTypeKey in schema ? String(schema[mediaTypeKey]) : undefined;
