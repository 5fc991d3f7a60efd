import {
  allHandlersFinished,
  condition,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
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
 * A marketplace order, from the placing to the end.
 *
 * Starts when a buyer places the order; the order id is the workflow id, so placing twice changes
 * nothing. A refused order (no stock, no price) leaves no row and ends at once.
 * Waits for the seller, then for both confirmations, each with a deadline and reminders before,
 * then until the buyer may no longer dispute; a dispute waits for a platform admin.
 * Ends rejected, cancelled, expired, delivered or resolved, and the row holds the status.
 *
 * While PostgreSQL is away a command fails with an outage and is not done later; only the placing
 * goes on, for the buyer's next try under the same key. Steps by time wait until PostgreSQL is
 * back.
 */
export async function orderWorkflow(input: OrderInput): Promise<OrderStatus | 'REFUSED'> {
  const { policy } = input;
  const details = createDetails();
  const deadlines = createPatience(transactions, details, 'What is due');
  const reading = createPatience(transactions, details, 'Reading the row');
  let order: Order | undefined;
  let refusal: Trouble | undefined;
  /**
   * How often the buyer has asked for the order, how many asks were answered with trouble, and the
   * trouble.
   */
  const asks: { count: number; toldCount: number; trouble?: Trouble } = { count: 0, toldCount: 0 };
  /** A step may have been committed without an answer. */
  let isBehind = false;
  /** The status in the search attributes, at first the start's. */
  let shownStatus: OrderStatus | 'REFUSED' = 'CREATED';
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
  setHandler(catchUp, () => inTurn(() => answered(adoptRow(transactions.forCaller))), {
    validator: () => void placed(),
  });
  handle(acceptOrder, (actor) => ({ action: 'accept', actor }));
  handle(rejectOrder, (actor) => ({ action: 'reject', actor }));
  handle(cancelOrder, (actor) => ({ action: 'cancel', actor }));
  handle(confirmDelivery, (actor, confirmation) => ({
    action: 'confirm-delivery',
    actor,
    confirmation,
  }));
  handle(disputeOrder, (actor, { noteId }) => ({ action: 'dispute', actor, noteId }));
  handle(resolveOrder, (actor, resolution) => ({ action: 'resolve', actor, resolution }));

  if (!(await isPlaced())) {
    beFoundAs('REFUSED');
    await condition(allHandlersFinished);
    return 'REFUSED';
  }
  // The row's status differs from CREATED in a workflow started again after a loss.
  beFoundAs(placed().status);

  while (!isClosed(placed(), Date.now())) {
    details.say(waitingFor(placed()));
    if (isBehind) await reading.untilDone((activities) => inTurn(() => adoptRow(activities)));
    else await untilDue(nextDue(placed(), policy));
  }
  details.say(waitingFor(placed()));
  await condition(allHandlersFinished);
  return placed().status;

  /**
   * Places the order, or finds the order refused. After a failed try, waiting callers get the
   * trouble.
   */
  async function isPlaced(): Promise<boolean> {
    // The wait for the row, also in a workflow started again from the row.
    details.say('Waits for its row');
    const placing = createPatience(transactions, details, 'Placing');
    while (!order && !refusal) {
      const toTell = asks.count;
      const trouble = await placing.attempt(async (patient) => {
        const isWaitedFor = asks.count > asks.toldCount;
        try {
          order = await (isWaitedFor ? transactions.forCaller : patient).placeOrder(input);
        } catch (error) {
          refusal = refusalOf(error);
          if (!refusal) throw error;
        }
      });
      if (!trouble) continue;
      Object.assign(asks, { toldCount: toTell, trouble });
      await condition(() => !placing.isPausing() || asks.count > asks.toldCount);
    }
    if (refusal) details.say(`Ended: refused (${refusal.summary}).`);
    return order !== undefined;
  }

  /**
   * Handles an update: refused before entering the history if the status forbids the command, and
   * done in turn.
   */
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

  /** Transitions run one after another: each decides on the order left by the last. */
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
        // A caller waiting behind a command with an outage is answered before the API stops
        // waiting.
        if (await record(isBehind ? transactions.tried : transactions.forCaller, command)) break;
      }
    } catch (error) {
      isBehind ||= troubleOf(error)?.isOutage === true;
      throw answerTo(error);
    }
    return stateOf(placed());
  }

  /**
   * Whether the step was recorded now. Adopts the row if a worker died after a commit, so that the
   * row is ahead.
   */
  async function record(activities: OrderTransactions, step: OrderStep): Promise<boolean> {
    const nowMs = Date.now();
    const before = placed();
    // The activity works out the changes again from the step and trusts no patch from outside.
    const { patch } = changeBy(before, step, policy, nowMs);
    const overtaken = await activities.recordTransition({
      before,
      step,
      policy,
      occurredAt: timestamp(nowMs),
    });
    remember(overtaken ?? orderAfter(before, patch));
    return !overtaken;
  }

  async function adoptRow(activities: OrderTransactions): Promise<void> {
    const before = placed();
    const occurredAt = timestamp(Date.now());
    remember(
      (await activities.recordTransition({ before, step: null, policy, occurredAt })) ?? before,
    );
  }

  function remember(row: Order): void {
    order = row;
    isBehind = false;
    details.say(waitingFor(row));
    beFoundAs(row.status);
  }

  /**
   * A workflow started by the version before has no status attribute, so its history has no such
   * command.
   */
  function beFoundAs(status: OrderStatus | 'REFUSED'): void {
    if (input.orderCode !== undefined && status !== shownStatus)
      upsertSearchAttributes(searchableStatus(status));
    shownStatus = status;
  }

  /** Waits until a command changes the due step, or does the due step. */
  async function untilDue(due: Due | undefined): Promise<void> {
    const isStill = () => {
      const next = nextDue(placed(), policy);
      return (
        next?.action === due?.action &&
        next?.atMs === due?.atMs &&
        !isBehind &&
        !isClosed(placed(), 0)
      );
    };
    if (!due) return condition(() => !isStill());
    const { action, atMs } = due;
    if (
      await condition(() => !isStill(), Math.max(1, atMs - Date.now()), {
        summary: `until it is time to ${action}`,
      })
    )
      return;
    if (action === 'close') return;
    while (isStill()) {
      await deadlines.attempt((activities) =>
        inTurn(async () => (isStill() ? record(activities, { action }) : false)),
      );
      // A command between two attempts may make the step needless.
      await condition(() => !deadlines.isPausing() || !isStill());
    }
    deadlines.end();
  }
}

type OrderTransactions = (typeof transactions)['forCaller'];

/** The trouble refusing an order for good; undefined while placing may succeed later. */
function refusalOf(error: unknown): Trouble | undefined {
  const trouble = troubleOf(error);
  return trouble?.isOutage === false ? trouble : undefined;
}

const timestamp = (ms: number): string => new Date(ms).toISOString();
