import {
  allHandlersFinished,
  condition,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { UpdateDefinition } from '@temporalio/common';
import type { OrderActivities } from '../../activities/water/order.activities.js';
import { asFailure, failure, type FailureContent } from '../shared/failure.js';
import { searchableStatus } from '../shared/search-attributes.js';
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

// Each is one transaction in our own database, safe to repeat: so local, and retried until the database is back.
const activities = proxyLocalActivities<OrderActivities>({
  startToCloseTimeout: '5s',
  retry: { initialInterval: '100ms', maximumInterval: '5s' },
});

/**
 * One marketplace order, from its placing to its end.
 *
 * Starts when a buyer places it; the order id is the workflow id, so placing it twice changes nothing. One that is refused
 * (no stock, no price) leaves no row and ends at once.
 * Waits for the seller, then for both confirmations, each with a deadline and reminders before it, then until the buyer
 * may no longer dispute; a dispute waits for a platform admin.
 * Ends rejected, cancelled, expired, delivered or resolved, and the database says which.
 */
export async function orderWorkflow(input: OrderInput): Promise<OrderStatus | 'REFUSED'> {
  const { policy } = input;
  let order: Order | undefined;
  let refusal: FailureContent | undefined;
  /** It was started with this one. */
  let found: OrderStatus | 'REFUSED' = 'CREATED';
  let turn: Promise<unknown> = Promise.resolve();

  setHandler(placeOrder, async () => {
    await condition(() => order !== undefined || refusal !== undefined);
    if (order) return placedOf(order);
    throw failure(refusal?.code ?? 'INTERNAL_ERROR', refusal?.details);
  });
  setHandler(orderVersion, () => order?.version ?? 0);
  setHandler(catchUp, () => inTurn(adoptRow), { validator: () => void placed() });
  handle(acceptOrder, (actor) => ({ action: 'accept', actor }));
  handle(rejectOrder, (actor) => ({ action: 'reject', actor }));
  handle(cancelOrder, (actor) => ({ action: 'cancel', actor }));
  handle(confirmDelivery, (actor, confirmation) => ({ action: 'confirm-delivery', actor, confirmation }));
  handle(disputeOrder, (actor, { noteId }) => ({ action: 'dispute', actor, noteId }));
  handle(resolveOrder, (actor, resolution) => ({ action: 'resolve', actor, resolution }));

  // Until its row is there; also of one that is made anew from its row.
  setCurrentDetails('Waits for its row');
  try {
    order = await activities.placeOrder(input);
  } catch (error) {
    refusal = asFailure(error);
    if (!refusal) throw error;
    beFoundAs('REFUSED');
    await condition(allHandlersFinished);
    return 'REFUSED';
  }
  // Another, where what is placed already was lost and is started again.
  beFoundAs(order.status);

  while (!isClosed(order, Date.now())) {
    setCurrentDetails(waitingFor(order));
    await untilDue(nextDue(order, policy));
  }
  setCurrentDetails(waitingFor(order));
  await condition(allHandlersFinished);
  return order.status;

  /** One update: refused before it is in the history where the state forbids it, and done in its turn. */
  function handle<Args extends unknown[]>(
    update: UpdateDefinition<OrderState, Args>,
    commandOf: (...args: Args) => OrderCommand,
  ): void {
    setHandler(update, async (...args: Args) => stateOf(await inTurn(() => obey(commandOf(...args)))), {
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
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  }

  async function obey(command: OrderCommand): Promise<Order> {
    while (judge(placed(), command, Date.now()) === 'change') if (await record(command)) break;
    return placed();
  }

  /** Whether the step was recorded now. If the row had moved on without us (a worker died after its commit), adopts the row. */
  async function record(step: OrderStep): Promise<boolean> {
    const nowMs = Date.now();
    const before = placed();
    // The activity works it out again from the step: nobody is believed what a step does.
    const { patch } = changeBy(before, step, policy, nowMs);
    const overtaken = await activities.recordTransition({ before, step, policy, occurredAt: timestamp(nowMs) });
    remember(overtaken ?? orderAfter(before, patch));
    return !overtaken;
  }

  async function adoptRow(): Promise<void> {
    const before = placed();
    const occurredAt = timestamp(Date.now());
    remember((await activities.recordTransition({ before, step: null, policy, occurredAt })) ?? before);
  }

  function remember(row: Order): void {
    order = row;
    setCurrentDetails(waitingFor(row));
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
      return next?.action === due?.action && next?.atMs === due?.atMs && !isClosed(placed(), 0);
    };
    if (!due) return condition(() => !isStill());
    const { action, atMs } = due;
    if (await condition(() => !isStill(), Math.max(1, atMs - Date.now()), { summary: `until it is time to ${action}` }))
      return;
    if (action !== 'close') await inTurn(async () => (isStill() ? record({ action }) : false));
  }
}

const timestamp = (ms: number): string => new Date(ms).toISOString();
