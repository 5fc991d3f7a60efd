import type { UpdateDefinition } from '@temporalio/common';
import { databaseNow } from '../../db/shared/database-clock.js';
import { createOrderNoteInbox, type OrderNote } from '../../db/water/order-note.inbox.js';
import { createOrderViews } from '../../db/water/order.views.js';
import { asFailure, failure } from '../../workflows/shared/failure.js';
import {
  acceptOrder,
  cancelOrder,
  catchUp,
  confirmDelivery,
  disputeOrder,
  orderVersion,
  orderWorkflowId,
  rejectOrder,
  resolveOrder,
  type Actor,
  type Order,
  type OrderState,
} from '../../workflows/water/order.contract.js';
import { judge, stateOf, type OrderCommand } from '../../workflows/water/order.rules.js';
import type { Caller } from '../shared/caller.js';
import { member, platformAdmin, route, type Command, type Route } from '../shared/route.js';
import { orderState, stateBody } from './order-answer.schemas.js';
import type { OrderRouteParts } from './order.routes.js';
import { confirmationRequest, disputeRequest, resolutionRequest } from './order.schemas.js';

const path = '/v1/accounts/:account_id/orders/:order_id';
const deciders = ['OWNER', 'ADMIN', 'MANAGER'] as const;
const errors = ['INVALID_ORDER_STATE'] as const;
/** A workflow that was lost is made again from its row within seconds. */
const lostRetrySeconds = 3;

export function createOrderTransitionRoutes({ database, workflows, reportLoss }: OrderRouteParts): Route[] {
  const views = createOrderViews(database.read);
  const notes = createOrderNoteInbox(database);

  /**
   * The row answers what was done before and what cannot be done, also when the workflow has ended; only a change goes to
   * the workflow, which judges again in its turn. A refusal that the row does not share may be of a workflow that is behind.
   */
  async function obey<Args extends unknown[]>(
    order: Order | undefined,
    asked: OrderCommand,
    updateId: string,
    update: UpdateDefinition<OrderState, Args>,
    args: Args,
    prepare?: () => Promise<void>,
  ): Promise<OrderState> {
    if (!order) throw failure('RESOURCE_NOT_FOUND');
    if (judge(order, asked, databaseNow()) === 'done') {
      await hasCaughtUp(order);
      return stateOf(order);
    }
    await prepare?.();
    const id = orderWorkflowId(order.orderId);
    // Again is another update: the first one's refusal would answer the same id.
    const ask = (of: string) => workflows.update(id, update, args, of);
    return ask(updateId)
      .catch(async (error: unknown) => {
        if (codeOf(error) === 'INVALID_ORDER_STATE' && (await hasCaughtUp(order))) return ask(`${updateId}/again`);
        throw error;
      })
      .catch((error: unknown) => answerOfRow(order, asked, error));
  }

  /**
   * What the row says to a command that its workflow did not take. The same command, sent twice, may have been the order's last:
   * then its workflow has ended, and the row knows. Where the row goes on and the workflow is gone, it is on its way back.
   */
  async function answerOfRow(order: Order, asked: OrderCommand, error: unknown): Promise<OrderState> {
    const code = codeOf(error);
    if (code !== 'INVALID_ORDER_STATE' && code !== 'RESOURCE_NOT_FOUND') throw error;
    const now = await views.snapshot(order.buyerAccountId, order.orderId);
    if (now && judge(now, asked, databaseNow()) === 'done') return stateOf(now);
    if (!now || code === 'INVALID_ORDER_STATE') throw error;
    reportLoss(orderWorkflowId(order.orderId));
    throw failure('SERVICE_UNAVAILABLE', {
      ...{ dependency: 'temporal', reason: 'WORKFLOW_LOST' },
      retry_after_seconds: lostRetrySeconds,
    });
  }

  /**
   * When everything dies between the row's commit and the workflow's, the command under way is forgotten and the workflow is
   * behind its row. Answers whether it was; then it is not any more.
   */
  async function hasCaughtUp({ orderId, version }: Order): Promise<boolean> {
    const id = orderWorkflowId(orderId);
    try {
      if ((await workflows.query(id, orderVersion)) >= version) return false;
      await workflows.update(id, catchUp, []);
      return true;
    } catch (error) {
      // One that has ended has nothing to learn, and one that is away learns it later.
      if (asFailure(error)) return false;
      throw error;
    }
  }

  const simple = (
    action: 'accept' | 'reject' | 'cancel',
    update: UpdateDefinition<OrderState, [Actor]>,
    summary: string,
  ) =>
    route({
      method: 'post',
      path: `${path}/${action}`,
      summary,
      tag: 'Orders',
      access: member(...deciders),
      effect: 'workflow',
      idempotency: 'optional',
      audit: { action: `order.${action}`, subject: 'order' },
      responses: { 200: orderState },
      errors,
    }).handledBy(async ({ accountId, caller, params, command }) => {
      const actor = actorOf(accountId, caller, command);
      const state = await command.resultOf(async () => {
        const order = await views.snapshot(accountId, params.order_id);
        return obey(order, { action, actor }, command.updateId, update, [actor]);
      });
      return { status: 200, body: stateBody(state) };
    });

  return [
    simple('accept', acceptOrder, 'Accept an order, as its seller'),
    simple('reject', rejectOrder, 'Reject an order, as its seller'),
    simple('cancel', cancelOrder, 'Cancel an order, as its buyer'),

    route({
      method: 'post',
      path: `${path}/confirm-delivery`,
      summary: 'Confirm the delivery, as either party',
      description: 'The first confirmation of a party stands: the same again answers the same, another is refused.',
      tag: 'Orders',
      access: member(...deciders, 'OPERATOR'),
      effect: 'workflow',
      idempotency: 'optional',
      audit: { action: 'order.confirm-delivery', subject: 'order' },
      body: confirmationRequest,
      responses: { 200: orderState },
      errors: [...errors, 'DELIVERY_CONFIRMATION_ALREADY_SET'],
    }).handledBy(async ({ accountId, caller, params, body, command }) => {
      const actor = actorOf(accountId, caller, command);
      const note = noteOf(params.order_id, body.note);
      const confirmation = {
        confirmedVolumeLiters: body.confirmed_volume_liters,
        confirmedDeliveryAt: body.confirmed_delivery_at ? new Date(body.confirmed_delivery_at).toISOString() : null,
        noteId: note ? notes.noteIdOf(accountId, note) : null,
      };
      const keepNote = note && (() => notes.keep(actor, note));
      const state = await command.resultOf(async () => {
        const order = await views.snapshot(accountId, params.order_id);
        const asked = { action: 'confirm-delivery', actor, confirmation } as const;
        return obey(order, asked, command.updateId, confirmDelivery, [actor, confirmation], keepNote);
      });
      return { status: 200, body: stateBody(state) };
    }),

    route({
      method: 'post',
      path: `${path}/dispute`,
      summary: 'Dispute an order, as its buyer',
      tag: 'Orders',
      access: member(...deciders),
      effect: 'workflow',
      idempotency: 'optional',
      audit: { action: 'order.dispute', subject: 'order' },
      body: disputeRequest,
      responses: { 200: orderState },
      errors,
    }).handledBy(async ({ accountId, caller, params, body, command }) => {
      const actor = actorOf(accountId, caller, command);
      const note = noteOf(params.order_id, body.reason);
      const noteId = note ? notes.noteIdOf(accountId, note) : null;
      const keepNote = note && (() => notes.keep(actor, note));
      const state = await command.resultOf(async () => {
        const order = await views.snapshot(accountId, params.order_id);
        const asked = { action: 'dispute', actor, noteId } as const;
        return obey(order, asked, command.updateId, disputeOrder, [actor, { noteId }], keepNote);
      });
      return { status: 200, body: stateBody(state) };
    }),

    route({
      method: 'post',
      path: '/v1/internal/orders/:order_id/resolve',
      operationId: 'resolveOrder',
      summary: 'Resolve a disputed order',
      tag: 'Orders',
      access: platformAdmin(),
      effect: 'workflow',
      idempotency: 'optional',
      audit: { action: 'order.resolve', subject: 'order' },
      body: resolutionRequest,
      responses: { 200: orderState },
      errors,
    }).handledBy(async ({ caller: { principalId }, params, body, command }) => {
      const resolution = {
        outcome: body.outcome,
        deliveredVolumeLiters: body.delivered_volume_liters ?? null,
        evidenceEventIds: body.evidence_event_ids ?? [],
      };
      const actor = { principalId, commandId: command.id };
      const state = await command.resultOf(async () => {
        const order = await views.anySnapshot(params.order_id);
        return obey(order, { action: 'resolve', actor, resolution }, command.updateId, resolveOrder, [
          actor,
          resolution,
        ]);
      });
      return { status: 200, body: stateBody(state) };
    }),
  ];
}

const codeOf = (error: unknown) => asFailure(error)?.code;
const actorOf = (accountId: string, { principalId }: Caller, { id }: Command): Actor => ({
  ...{ accountId, principalId, commandId: id },
});
const noteOf = (orderId: string, note: string | null | undefined): OrderNote | undefined =>
  note ? { orderId: orderId.toLowerCase(), note } : undefined;
