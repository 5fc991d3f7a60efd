import { lookup as systemLookup, Resolver } from 'node:dns/promises';
import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostOf, isReachable, refusalOfUrl, type UrlRefusal } from './outbound-address.js';

type OutboundFault = 'TIMEOUT' | 'DNS' | 'CONNECT' | 'TLS' | 'BROKEN' | 'ANSWER_TOO_LARGE';

/**
 * The address may not be called, now or on a repeat. The error does not reveal the resolved
 * address.
 */
export class OutboundRefused extends Error {
  constructor(readonly reason: UrlRefusal) {
    super(`the address is refused: ${reason}`);
  }
}
/** No whole answer came back. */
export class OutboundFailed extends Error {
  constructor(readonly reason: OutboundFault) {
    super(`the call failed: ${reason}`);
  }
}

interface OutboundRequest {
  url: string;
  method: 'GET' | 'POST' | 'PUT';
  headers: Readonly<Record<string, string>>;
  body?: string;
}
/** A redirect is an answer like others: following a redirect is a new call with new checks. */
export interface OutboundAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/**
 * The only way out to addresses given by users: to the public internet, with limits of time and
 * size.
 */
export interface OutboundHttp {
  /** The refusal of a URL at present. A name not known (yet) is no refusal. */
  refusal(url: string): Promise<UrlRefusal | undefined>;
  /** Throws OutboundRefused or OutboundFailed; any status is an answer. */
  send(request: OutboundRequest): Promise<OutboundAnswer>;
  close(): void;
}

/** The addresses of a name; empty for a name without addresses. */
type Resolve = (host: string) => Promise<readonly string[]>;

export interface OutboundHttpOptions {
  /** Also http, loopback and private networks: for development. */
  allowsPrivate: boolean;
  timeoutMs?: number;
  maxAnswerBytes?: number;
  resolve?: Resolve;
  /** A certificate authority to trust in place of the well-known. */
  ca?: string;
}

const idleMs = 4_000;
const refusalWithinMs = 2_000;

export function createOutboundHttp({
  allowsPrivate,
  timeoutMs = 5_000,
  maxAnswerBytes = 1024 * 1024,
  // The system's resolver knows names of the machine, but holds a thread of a few while a name
  // server is silent.
  resolve = allowsPrivate ? resolveBySystem : createResolve(),
  ca,
}: OutboundHttpOptions): OutboundHttp {
  const policy = { allowsPrivate };

  /** All addresses or none: a name also leading inside may not be called. */
  async function checked(host: string): Promise<readonly string[]> {
    const addresses = await resolve(host);
    if (addresses.length === 0) throw new OutboundFailed('DNS');
    if (!addresses.every((address) => isReachable(address, policy)))
      throw new OutboundRefused('ADDRESS');
    return addresses;
  }

  /** Connections go to exactly the checked addresses, so a name cannot change in between. */
  const lookup: LookupFunction = (host, { all }, done) => {
    checked(host).then(
      (addresses) => {
        const found = addresses.map((address) => ({ address, family: isIP(address) }));
        if (all) done(null, found);
        else done(null, found[0]?.address ?? '', found[0]?.family);
      },
      (error: Error) => done(error, []),
    );
  };
  const options = { keepAlive: true, lookup, timeout: idleMs, ...(ca === undefined ? {} : { ca }) };
  const http = new HttpAgent(options);
  const https = new HttpsAgent(options);

  function open({ url, method, headers }: OutboundRequest, signal: AbortSignal): ClientRequest {
    const target = new URL(url);
    const isSecure = target.protocol === 'https:';
    return (isSecure ? httpsRequest : httpRequest)(target, {
      method,
      headers,
      signal,
      agent: isSecure ? https : http,
    });
  }

  async function attempt(
    asked: OutboundRequest,
    signal: AbortSignal,
    isRepeat = false,
  ): Promise<OutboundAnswer> {
    const request = open(asked, signal);
    try {
      return await answerTo(request, asked.body, maxAnswerBytes, signal);
    } catch (error) {
      // A kept connection just closed by the other side tells nothing about the other side.
      if (!isRepeat && request.reusedSocket && codeOf(error) === 'ECONNRESET')
        return attempt(asked, signal, true);
      throw signal.aborted ? new OutboundFailed('TIMEOUT') : named(error);
    }
  }

  return {
    async refusal(url) {
      const refusal = refusalOfUrl(url, policy);
      if (refusal !== undefined) return refusal;
      const host = hostOf(new URL(url));
      if (isIP(host) !== 0) return undefined;
      const late = sleep(refusalWithinMs, undefined, { ref: false });
      const found = checked(host).then(
        () => undefined,
        (error: unknown) => (error instanceof OutboundRefused ? error.reason : undefined),
      );
      return Promise.race([found, late]);
    },
    async send(request) {
      const refusal = refusalOfUrl(request.url, policy);
      if (refusal !== undefined) throw new OutboundRefused(refusal);
      // An AbortSignal.timeout would keep all listeners, the request and the answer until the
      // timeout: at 1,600 calls a second 200 MiB.
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), timeoutMs);
      try {
        return await attempt(request, late.signal);
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

/** Settles on every behaviour of the other side: an end, a reset, silence, another protocol. */
function answerTo(
  request: ClientRequest,
  body: string | undefined,
  maxBytes: number,
  signal: AbortSignal,
): Promise<OutboundAnswer> {
  return new Promise((resolve, reject) => {
    const broken = (): void => reject(new OutboundFailed('BROKEN'));
    // Node reports an abort by an error of the request, but not once the connection has been handed
    // on to another protocol.
    signal.addEventListener('abort', () => reject(new OutboundFailed('TIMEOUT')), { once: true });
    // Another protocol was not requested: the upgrade is an answer like others, and the connection
    // is not used.
    request.once('upgrade', ({ statusCode = 0, headers }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, headers, body: '' });
    });
    request.once('close', broken);
    // Not `once`: an error after the judged answer needs a listener, too.
    request.on('error', reject);
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) response.destroy(new OutboundFailed('ANSWER_TOO_LARGE'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.once('close', broken);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.end(body);
  });
}

/** By c-ares, without a thread: a silent name server slows no other name. */
function createResolve(): Resolve {
  const resolver = new Resolver({ timeout: 1_000, tries: 2 });
  return async (host) => {
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  };
}

async function resolveBySystem(host: string): Promise<readonly string[]> {
  const found = await systemLookup(host, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}

/**
 * The error in Millrace's words instead of Node's many; the original text is dropped, since Node
 * names the address.
 */
function named(error: unknown): Error {
  if (error instanceof OutboundRefused || error instanceof OutboundFailed) return error;
  const code = codeOf(error);
  if (/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ETIMEDOUT)$/.test(code))
    return new OutboundFailed('CONNECT');
  if (/CERT|^ERR_(TLS|SSL)|^EPROTO$|^UNABLE_TO_/.test(code)) return new OutboundFailed('TLS');
  return new OutboundFailed('BROKEN');
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
