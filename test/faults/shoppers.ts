import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../support/people/actors.js';
import { answerOf, createRawClient } from '../support/http/http.js';

type Party = 'buyer' | 'seller';
interface Step {
  by: Party;
  action: string;
  body?: object;
  /** Events promised by the answer. */
  tells: readonly string[];
}
const step = (by: Party, action: string, ...tells: string[]): Step => ({ by, action, tells });
const confirm = (by: Party, ...tells: string[]): Step => ({
  ...step(by, 'confirm-delivery', 'ORDER_DELIVERY_CONFIRMED', ...tells),
  body: { confirmed_volume_liters: 1 },
});
const accept = step('seller', 'accept', 'ORDER_ACCEPTED');
/** Courses of an order, taken in turn. */
const stories: readonly (readonly Step[])[] = [
  [accept, confirm('seller'), confirm('buyer', 'ORDER_DELIVERED')],
  [step('seller', 'reject', 'ORDER_REJECTED')],
  [accept, confirm('buyer'), confirm('seller', 'ORDER_DELIVERED')],
  [accept, step('buyer', 'cancel', 'ORDER_CANCELLED')],
];

/** Parts still on the way up answer later. */
const finishWithinMs = 60_000;
const pauseMs = 200;

interface Purchase {
  orderId: string;
  left: Step[];
}

type Parties = Record<Party, Actor>;

/** Buyers and a seller who take one order after the other to the end. */
export interface Shoppers {
  /**
   * Until answers stop, or until `isOver`. Half of the buyers begin with orders left unfinished by
   * an earlier loss of the API.
   */
  shop(url: string, parties: Parties, isOver?: () => boolean): Promise<void>;
  /** Finishes all unfinished orders. */
  finish(url: string, parties: Parties): Promise<void>;
  /** By order with an answered creation: the events promised by answers. */
  promised: ReadonlyMap<string, readonly string[]>;
  /** Answers that are neither success nor an outage. */
  oddAnswers: readonly string[];
}

export function createShoppers(count: number, sellerReservoirId: string): Shoppers {
  const promised = new Map<string, string[]>();
  const oddAnswers: string[] = [];
  const unfinished: Purchase[] = [];
  let storyCount = 0;
  const order = {
    seller_reservoir_id: sellerReservoirId,
    requested_fill_mode: 'VOLUME_LITERS',
    requested_volume_liters: 1,
    currency: 'USD',
  };

  /** Undefined when no answer, or none to rely on, came. */
  async function ask(url: string, { token, accountId }: Actor, path: string, body?: object) {
    const call = createRawClient(url)('post', `/v1/accounts/${accountId}/orders${path}`, {
      token,
      body,
    });
    const answer = await call.catch(() => undefined);
    if (answer && answer.status < 300) return answer;
    if (answer && answer.status < 500) oddAnswers.push(`${path}: ${answerOf(answer)}`);
    return undefined;
  }

  async function place(url: string, { buyer }: Parties): Promise<Purchase | undefined> {
    const placed = await ask(url, buyer, '', order);
    if (!placed) return undefined;
    const orderId = String(Object(placed.body).order_id);
    promised.set(orderId, ['ORDER_CREATED']);
    return { orderId, left: [...(stories[storyCount++ % stories.length] ?? [])] };
  }

  /** Whether the order ended; unanswered requests are sent again later. */
  async function goOn(url: string, parties: Parties, purchase: Purchase): Promise<boolean> {
    for (let [next] = purchase.left; next; [next] = purchase.left) {
      if (!(await ask(url, parties[next.by], `/${purchase.orderId}/${next.action}`, next.body))) {
        unfinished.push(purchase);
        return false;
      }
      promised.get(purchase.orderId)?.push(...next.tells);
      purchase.left.shift();
    }
    return true;
  }

  async function run(
    index: number,
    url: string,
    parties: Parties,
    isOver: () => boolean,
  ): Promise<void> {
    while (!isOver()) {
      const purchase =
        (index % 2 === 0 ? unfinished.shift() : undefined) ?? (await place(url, parties));
      if (!purchase || !(await goOn(url, parties, purchase))) return;
    }
  }
  const each = async (work: Promise<unknown>[]) => void (await Promise.all(work));
  return {
    shop: (url, parties, isOver = () => false) =>
      each(Array.from({ length: count }, (_, index) => run(index, url, parties, isOver))),
    async finish(url, parties) {
      const until = Date.now() + finishWithinMs;
      for (; unfinished.length > 0 && Date.now() < until; await sleep(pauseMs))
        await each(unfinished.splice(0).map((purchase) => goOn(url, parties, purchase)));
    },
    promised,
    oddAnswers,
  };
}
