import type { UpdateDefinition } from '@temporalio/common';
import { policy } from '../../workflows/identity/policy.contract.js';
import { noteIdOf, orderNoteInbox, type OrderNote } from '../../db/water/order-note.inbox.js';
import {
  acceptOrder,
  cancelOrder,
  confirmDelivery,
  disputeOrder,
  rejectOrder,
  resolveOrder,
  type Actor,
  type OrderState,
} from '../../workflows/water/order.contract.js';
import type { Caller } from '../route/caller.js';
import { member, platformAdmin, route, type Command, type Route } from '../route/route.js';
import { orderState, stateBody } from './order-answer.schemas.js';
import { createOrderCommands } from './order.commands.js';
import type { OrderRouteParts } from './order.routes.js';
import { confirmationRequest, disputeRequest, resolutionRequest } from './order.schemas.js';

const path = '/v1/accounts/:account_id/orders/:order_id';
const deciders = policy['orders.decide'];
const errors = ['INVALID_ORDER_STATE'] as const;

type Commands = ReturnType<typeof createTransitionCommands>;
const createTransitionCommands = (parts: OrderRouteParts) => ({
  ...createOrderCommands(parts),
  keepNote: ({ accountId, principalId }: Actor, note: OrderNote | undefined) =>
    note &&
    (() => orderNoteInbox(parts.database.statements({ accountId, principalId })).keep(note)),
});

const decideOnOrder = (
  { stateAfter }: Commands,
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
    scope: 'water.write',
    effect: 'workflow',
    idempotency: 'optional',
    audit: { action: `order.${action}`, subject: 'order' },
    responses: { 200: orderState },
    errors,
  }).handledBy(async ({ scope, accountId, caller, params, command }) => {
    const actor = actorOf(accountId, caller, command);
    const state = await command.resultOf(() =>
      stateAfter(scope, {
        orderId: params.order_id,
        command: { action, actor },
        update,
        args: [actor],
        updateId: command.updateId,
      }),
    );
    return { status: 200, body: stateBody(state) };
  });

const confirmOrderDelivery = ({ stateAfter, keepNote }: Commands) =>
  route({
    method: 'post',
    path: `${path}/confirm-delivery`,
    summary: 'Confirm the delivery, as either party',
    description:
      'The first confirmation of a party stands: the same again answers the same, another is refused.',
    tag: 'Orders',
    access: member(...policy['orders.confirm']),
    scope: 'water.write',
    effect: 'workflow',
    idempotency: 'optional',
    audit: { action: 'order.confirm-delivery', subject: 'order' },
    body: confirmationRequest,
    responses: { 200: orderState },
    errors: [...errors, 'DELIVERY_CONFIRMATION_ALREADY_SET'],
  }).handledBy(async ({ scope, accountId, caller, params, body, command }) => {
    const actor = actorOf(accountId, caller, command);
    const note = noteOf(params.order_id, body.note);
    const confirmation = {
      confirmedVolumeLiters: body.confirmed_volume_liters,
      confirmedDeliveryAt: body.confirmed_delivery_at
        ? new Date(body.confirmed_delivery_at).toISOString()
        : null,
      noteId: note ? noteIdOf(accountId, note) : null,
    };
    const state = await command.resultOf(() =>
      stateAfter(scope, {
        orderId: params.order_id,
        command: { action: 'confirm-delivery', actor, confirmation },
        update: confirmDelivery,
        args: [actor, confirmation],
        updateId: command.updateId,
        keepNote: keepNote(actor, note),
      }),
    );
    return { status: 200, body: stateBody(state) };
  });

const disputeByBuyer = ({ stateAfter, keepNote }: Commands) =>
  route({
    method: 'post',
    path: `${path}/dispute`,
    summary: 'Dispute an order, as its buyer',
    tag: 'Orders',
    access: member(...deciders),
    scope: 'water.write',
    effect: 'workflow',
    idempotency: 'optional',
    audit: { action: 'order.dispute', subject: 'order' },
    body: disputeRequest,
    responses: { 200: orderState },
    errors,
  }).handledBy(async ({ scope, accountId, caller, params, body, command }) => {
    const actor = actorOf(accountId, caller, command);
    const note = noteOf(params.order_id, body.reason);
    const noteId = note ? noteIdOf(accountId, note) : null;
    const state = await command.resultOf(() =>
      stateAfter(scope, {
        orderId: params.order_id,
        command: { action: 'dispute', actor, noteId },
        update: disputeOrder,
        args: [actor, { noteId }],
        updateId: command.updateId,
        keepNote: keepNote(actor, note),
      }),
    );
    return { status: 200, body: stateBody(state) };
  });

const resolveDispute = ({ stateAfter }: Commands) =>
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
  }).handledBy(async ({ scope, caller: { principalId }, params, body, command }) => {
    const resolution = {
      outcome: body.outcome,
      deliveredVolumeLiters: body.delivered_volume_liters ?? null,
      evidenceEventIds: body.evidence_event_ids ?? [],
    };
    const actor = { principalId, commandId: command.id };
    const state = await command.resultOf(() =>
      stateAfter(scope, {
        orderId: params.order_id,
        command: { action: 'resolve', actor, resolution },
        update: resolveOrder,
        args: [actor, resolution],
        updateId: command.updateId,
      }),
    );
    return { status: 200, body: stateBody(state) };
  });

const actorOf = (accountId: string, { principalId }: Caller, { id }: Command): Actor => ({
  accountId,
  principalId,
  commandId: id,
});
const noteOf = (orderId: string, note: string | null | undefined): OrderNote | undefined =>
  note ? { orderId: orderId.toLowerCase(), note } : undefined;

export function createOrderTransitionRoutes(parts: OrderRouteParts): Route[] {
  const commands = createTransitionCommands(parts);
  return [
    decideOnOrder(commands, 'accept', acceptOrder, 'Accept an order, as its seller'),
    decideOnOrder(commands, 'reject', rejectOrder, 'Reject an order, as its seller'),
    decideOnOrder(commands, 'cancel', cancelOrder, 'Cancel an order, as its buyer'),
    confirmOrderDelivery(commands),
    disputeByBuyer(commands),
    resolveDispute(commands),
  ];
}
