import type { DeadRecord } from "../engine/records.ts";
import type { Accepts } from "../sdk/type.ts";
import type { WireAddress } from "../model/invocation.ts";
import type { AdminCall } from "./admin-call.ts";
import { answerJson, notFound } from "./answers.ts";
import { namesOf, unknownFunction } from "./exposure.ts";
import { pageOf, positionOf } from "./pages.ts";
import { shown } from "./shown.ts";
import { shownAddress, shownHeaders } from "./shown-parts.ts";
import type { SurfaceHost } from "./surface-host.ts";

/** Waiting messages that an answer shows. */
const shownMessages = 100;

/** `GET /admin/functions`: what there is, by name. */
export function functionsRoute({ host }: AdminCall): Response {
  const functions = [...host.functions()].map(({ typename, accepts, replies, states }) => ({
    typename,
    accepts: typenames(accepts),
    replies: typenames(replies),
    states: [...(states?.values() ?? [])].map(({ name, type }) => ({ name, type: type.typename })),
  }));
  const egresses = [...host.keptEgresses()].map(({ typename }) => ({ typename }));
  return answerJson(200, { functions, egresses });
}

/** `GET /admin/instances/{namespace}/{name}/{id}`: state, mailbox and timers as they are now. */
export async function instanceRoute(
  { typename, id }: WireAddress,
  { host }: Omit<AdminCall, "names">,
): Promise<Response> {
  const fn = host.functionOf(typename);
  if (fn === undefined) throw unknownFunction(typename, namesOf(host.functions()));
  const { accepts, states } = fn;
  const { state, mailbox, timers } = await host.instance({ typename, id });
  const values = [...state].map(([name, value]) => [
    name,
    shown(value, states?.get(name)?.type, undefined),
  ]);
  return answerJson(200, {
    typename,
    id,
    state: Object.fromEntries(values),
    mailboxLength: mailbox.length,
    mailbox: mailbox.slice(0, shownMessages).map((message) => shown(message, accepts)),
    timers: timers.map(({ dueAt, target, argument, token }) => ({
      atMs: dueAt,
      to: shownAddress(target),
      message: shown(argument, host.functionOf(target.typename)?.accepts),
      ...(token === undefined ? {} : { cancellationToken: token }),
    })),
  });
}

/** `GET /admin/dead-letters`: oldest first. */
export async function deadLettersRoute({ query, host }: AdminCall): Promise<Response> {
  const { after, limit } = pageOf(query);
  const records = await host.deadLetters(after, limit, query.get("typename") ?? undefined);
  const deadLetters = records.map((record) => shownLetter(record, host));
  return answerJson(200, { deadLetters, next: deadLetters.at(-1)?.id ?? String(after) });
}

/** `POST /admin/dead-letters/{id}/replay` and `DELETE /admin/dead-letters/{id}`. */
export async function deadLetterRoute(
  action: "replay" | "discard",
  { names: [id = ""], host }: AdminCall,
): Promise<Response> {
  const number = positionOf(id, "the id of a dead letter");
  const [letter] = await host.deadLetters(number - 1, 1, undefined);
  if (letter?.number !== number) return notFound(`/admin/dead-letters/${id}`);
  await host[action](number);
  return new Response(null, { status: 204 });
}

function shownLetter(record: DeadRecord, host: SurfaceHost) {
  const { number, target, argument, code, reason, attempts, failedAt, egress } = record;
  const accepts = egress === undefined ? host.functionOf(target.typename)?.accepts : undefined;
  return {
    id: String(number),
    address: shownAddress(target),
    ...(egress === undefined ? {} : { egress }),
    message: { ...shown(argument, accepts), headers: shownHeaders(argument.headers) },
    error: { code, message: reason },
    attempts,
    failedAtMs: failedAt,
  };
}

function typenames(types: Accepts): string[] {
  return [types ?? []].flat().map(({ typename }) => typename);
}
