import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../support/actors.js';
import { answerOf, createRawClient } from '../support/http.js';

type Party = 'buyer' | 'seller';
interface Step {
  by: Party;
  action: string;
  body?: object;
  /** Said by the answer: what has happened, and is in the events. */
  tells: readonly string[];
}
const step = (by: Party, action: string, ...tells: string[]): Step => ({ by, action, tells });
const confirm = (by: Party, ...tells: string[]): Step => ({
  ...step(by, 'confirm-delivery', 'ORDER_DELIVERY_CONFIRMED', ...tells),
  body: { confirmed_volume_liters: 1 },
});
const accept = step('seller', 'accept', 'ORDER_ACCEPTED');
/** Ways that an order may go, taken in turn. */
const stories: readonly (readonly Step[])[] = [
  [accept, confirm('seller'), confirm('buyer', 'ORDER_DELIVERED')],
  [step('seller', 'reject', 'ORDER_REJECTED')],
  [accept, confirm('buyer'), confirm('seller', 'ORDER_DELIVERED')],
  [accept, step('buyer', 'cancel', 'ORDER_CANCELLED')],
];

/** What is still on its way up answers later. */
const finishWithinMs = 60_000;
const pauseMs = 200;

interface Purchase {
  orderId: string;
  left: Step[];
}

type Parties = Record<Party, Actor>;

/** Buyers and a seller who take one order after the other to its end. */
export interface Shoppers {
  /** Until no answer comes any more, or it is over. Half of them begin with what an earlier loss of the API left unfinished. */
  shop(url: string, parties: Parties, isOver?: () => boolean): Promise<void>;
  /** Whatever is unfinished. */
  finish(url: string, parties: Parties): Promise<void>;
  /** By order whose creation was answered: the events that answers have promised. */
  promised: ReadonlyMap<string, readonly string[]>;
  /** Answers that neither did it nor said that the system was away. */
  oddAnswers: readonly string[];
}

export function createShoppers(count: number, sellerReservoirId: string): Shoppers {
  const promised = new Map<string, string[]>();
  const oddAnswers: string[] = [];
  const unfinished: Purchase[] = [];
  let told = 0;
  const order = {
    ...{ seller_reservoir_id: sellerReservoirId, requested_fill_mode: 'VOLUME_LITERS' },
    ...{ requested_volume_liters: 1, currency: 'USD' },
  };

  /** Undefined when no answer, or none to rely on, came. */
  async function ask(url: string, { token, accountId }: Actor, path: string, body?: object) {
    const call = createRawClient(url)('post', `/v1/accounts/${accountId}/orders${path}`, { token, body });
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
    return { orderId, left: [...(stories[told++ % stories.length] ?? [])] };
  }

  /** Whether it came to its end; what was not answered is asked again later. */
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

  async function run(at: number, url: string, parties: Parties, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const purchase = (at % 2 === 0 ? unfinished.shift() : undefined) ?? (await place(url, parties));
      if (!purchase || !(await goOn(url, parties, purchase))) return;
    }
  }
  const each = async (work: Promise<unknown>[]) => void (await Promise.all(work));
  return {
    shop: (url, parties, isOver = () => false) =>
      each(Array.from({ length: count }, (_, at) => run(at, url, parties, isOver))),
    async finish(url, parties) {
      const until = Date.now() + finishWithinMs;
      for (; unfinished.length > 0 && Date.now() < until; await sleep(pauseMs))
        await each(unfinished.splice(0).map((purchase) => goOn(url, parties, purchase)));
    },
    promised,
    oddAnswers,
  };
}
