import { allHandlersFinished, condition, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import type { UpdateDefinition } from '@temporalio/common';
import type { OrderActivities } from '../../activities/water/order.activities.js';
import { createDetails } from '../shared/details.js';
import { failure } from '../shared/failure.js';
import { searchableStatus } from '../shared/search-attributes.js';
import { answered, answerTo, createPatience, proxyTransactions } from '../shared/transactions.js';
import { troubleOf, type Trouble } from '../shared/trouble.js';
import {
  acceptOrder,
  cancelOrder,
  catchUp,
  confirmDelivery,
  disputeOrder,
  orderVersion,
  placeOrder,
  rejectOrder,
  resolveOrder,
  type Order,
  type OrderInput,
  type OrderState,
  type OrderStatus,
} from './order.contract.js';
import { changeBy, orderAfter } from './order-change.rules.js';
import type { OrderStep } from './order-transition.contract.js';
import { isClosed, nextDue, waitingFor, type Due } from './order-deadline.rules.js';
import { judge, placedOf, stateOf, type OrderCommand } from './order.rules.js';

const transactions = proxyTransactions<OrderActivities>({
  placeOrder: 'places the order',
  recordTransition: 'records a step of the order, or reads its row',
});

/**
 * One marketplace order, from its placing to its end.
 *
 * Starts when a buyer places it; the order id is the workflow id, so placing it twice changes nothing. One that is refused
 * (no stock, no price) leaves no row and ends at once.
 * Waits for the seller, then for both confirmations, each with a deadline and reminders before it, then until the buyer
 * may no longer dispute; a dispute waits for a platform admin.
 * Ends rejected, cancelled, expired, delivered or resolved, and the database says which.
 *
 * While PostgreSQL is away whoever asks for something is told so, and it does not happen later; only the placing goes on, for the
 * buyer's next try under the same key. What time does waits until PostgreSQL is back.
 */
export async function orderWorkflow(input: OrderInput): Promise<OrderStatus | 'REFUSED'> {
  const { policy } = input;
  const details = createDetails();
  const deadlines = createPatience(transactions, details, 'What is due');
  const reading = createPatience(transactions, details, 'Reading the row');
  let order: Order | undefined;
  let refusal: Trouble | undefined;
  /** How often the buyer has asked for the order, how many of these were told that it cannot be placed now, and why. */
  const asks: { count: number; toldCount: number; trouble?: Trouble } = { count: 0, toldCount: 0 };
  /** A step may have been committed of which nobody heard. */
  let isBehind = false;
  /** It was started with this one. */
  let found: OrderStatus | 'REFUSED' = 'CREATED';
  let isTurnTaken = false;

  setHandler(placeOrder, async () => {
    asks.count += 1;
    const mine = asks.count;
    await condition(() => order !== undefined || refusal !== undefined || asks.toldCount >= mine);
    if (order) return placedOf(order);
    const { code, details: why } = (refusal ?? asks.trouble)?.content ?? {};
    throw failure(code ?? 'INTERNAL_ERROR', why);
  });
  setHandler(orderVersion, () => order?.version ?? 0);
  setHandler(catchUp, () => inTurn(() => answered(adoptRow(transactions.asked))), { validator: () => void placed() });
  handle(acceptOrder, (actor) => ({ action: 'accept', actor }));
  handle(rejectOrder, (actor) => ({ action: 'reject', actor }));
  handle(cancelOrder, (actor) => ({ action: 'cancel', actor }));
  handle(confirmDelivery, (actor, confirmation) => ({ action: 'confirm-delivery', actor, confirmation }));
  handle(disputeOrder, (actor, { noteId }) => ({ action: 'dispute', actor, noteId }));
  handle(resolveOrder, (actor, resolution) => ({ action: 'resolve', actor, resolution }));

  if (!(await isPlaced())) {
    beFoundAs('REFUSED');
    await condition(allHandlersFinished);
    return 'REFUSED';
  }
  // Another, where what is placed already was lost and is started again.
  beFoundAs(placed().status);

  while (!isClosed(placed(), Date.now())) {
    details.say(waitingFor(placed()));
    if (isBehind) await reading.untilDone((activities) => inTurn(() => adoptRow(activities)));
    else await untilDue(nextDue(placed(), policy));
  }
  details.say(waitingFor(placed()));
  await condition(allHandlersFinished);
  return placed().status;

  /** Places the order, or finds it refused. Each time that neither is possible now, those who wait for it are told. */
  async function isPlaced(): Promise<boolean> {
    // Until its row is there; also of one that is made anew from its row.
    details.say('Waits for its row');
    const placing = createPatience(transactions, details, 'Placing');
    while (!order && !refusal) {
      const toTell = asks.count;
      const trouble = await placing.attempt(async (patient) => {
        const isWaitedFor = asks.count > asks.toldCount;
        try {
          order = await (isWaitedFor ? transactions.asked : patient).placeOrder(input);
        } catch (error) {
          refusal = refusalOf(error);
          if (!refusal) throw error;
        }
      });
      if (!trouble) continue;
      Object.assign(asks, { toldCount: toTell, trouble });
      await condition(() => !placing.isPausing() || asks.count > asks.toldCount);
    }
    if (refusal) details.say(`Ended: refused (${refusal.said}).`);
    return order !== undefined;
  }

  /** One update: refused before it is in the history where the state forbids it, and done in its turn. */
  function handle<Args extends unknown[]>(
    update: UpdateDefinition<OrderState, Args>,
    commandOf: (...args: Args) => OrderCommand,
  ): void {
    setHandler(update, (...args: Args) => inTurn(() => obey(commandOf(...args))), {
      validator: (...args: Args) => {
        judge(placed(), commandOf(...args), Date.now());
      },
    });
  }

  function placed(): Order {
    if (!order) throw failure('RESOURCE_NOT_FOUND');
    return order;
  }

  /** One transition after the other: each decides on what the one before it left. */
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    while (isTurnTaken) await condition(() => !isTurnTaken);
    isTurnTaken = true;
    try {
      return await work();
    } finally {
      isTurnTaken = false;
    }
  }

  async function obey(command: OrderCommand): Promise<OrderState> {
    try {
      while (judge(placed(), command, Date.now()) === 'change') {
        // Whoever has waited for the turn of one that met an outage is told so before the API stops waiting.
        if (await record(isBehind ? transactions.tried : transactions.asked, command)) break;
      }
    } catch (error) {
      isBehind ||= troubleOf(error)?.isOutage === true;
      throw answerTo(error);
    }
    return stateOf(placed());
  }

  /** Whether the step was recorded now. If the row had moved on without us (a worker died after its commit), adopts the row. */
  async function record(activities: OrderTransactions, step: OrderStep): Promise<boolean> {
    const nowMs = Date.now();
    const before = placed();
    // The activity works it out again from the step: nobody is believed what a step does.
    const { patch } = changeBy(before, step, policy, nowMs);
    const overtaken = await activities.recordTransition({ before, step, policy, occurredAt: timestamp(nowMs) });
    remember(overtaken ?? orderAfter(before, patch));
    return !overtaken;
  }

  async function adoptRow(activities: OrderTransactions): Promise<void> {
    const before = placed();
    const occurredAt = timestamp(Date.now());
    remember((await activities.recordTransition({ before, step: null, policy, occurredAt })) ?? before);
  }

  function remember(row: Order): void {
    order = row;
    isBehind = false;
    details.say(waitingFor(row));
    beFoundAs(row.status);
  }

  /** What the version before started is not found by its status, so its history has no such command. */
  function beFoundAs(status: OrderStatus | 'REFUSED'): void {
    if (input.orderCode !== undefined && status !== found) upsertSearchAttributes(searchableStatus(status));
    found = status;
  }

  /** Waits until people have changed what is due next, or does what is due. */
  async function untilDue(due: Due | undefined): Promise<void> {
    const isStill = () => {
      const next = nextDue(placed(), policy);
      return next?.action === due?.action && next?.atMs === due?.atMs && !isBehind && !isClosed(placed(), 0);
    };
    if (!due) return condition(() => !isStill());
    const { action, atMs } = due;
    if (await condition(() => !isStill(), Math.max(1, atMs - Date.now()), { summary: `until it is time to ${action}` }))
      return;
    if (action === 'close') return;
    while (isStill()) {
      await deadlines.attempt((activities) => inTurn(async () => (isStill() ? record(activities, { action }) : false)));
      // Between two attempts people may do what makes the next one needless.
      await condition(() => !deadlines.isPausing() || !isStill());
    }
    deadlines.end();
  }
}

type OrderTransactions = (typeof transactions)['asked'];

/** Why the order is not placed, and will not be; undefined while it may be later. */
function refusalOf(error: unknown): Trouble | undefined {
  const trouble = troubleOf(error);
  return trouble?.isOutage === false ? trouble : undefined;
}

const timestamp = (ms: number): string => new Date(ms).toISOString();
