import { requestReplyHandler, StatefulFunctions } from "statefun";
import { serve } from "statefun/node";
import { payment } from "../../../examples/web-shop/functions.ts";

/** Answers of the service that charges cards: `broken` is every answer a 500, `flaky` some, `down` none at all. */
export type PayMode = "fine" | "flaky" | "broken" | "down";

const said503 = "card service said 503";

/** A card whose charges fail while the service is not fine. */
export const unlucky = "tok_0341";

const refusal = /^refused:(.*)/;

class Refused extends Error {}

/** It charges cards, except those whose token says that they are refused. */
export function payHandler(mode: () => PayMode): (request: Request) => Promise<Response> {
  const functions = new StatefulFunctions("payment");
  functions.implement(payment, {}, (context, { order, card }) => {
    const [, reason] = refusal.exec(card) ?? [];
    if (reason !== undefined) throw new Refused(`card refused: ${reason}`);
    if (card === unlucky && mode() !== "fine") throw new Refused(said503);
    context.reply({ order, authorisation: `auth-${order}` });
  });
  return async (request) => {
    if (mode() === "broken") return new Response(said503, { status: 500 });
    // As it is asked where functions cannot be remote.
    if (request.headers.get("content-type") === "application/json") return plainly(request);
    let reason = "failed";
    const onError = (error: unknown) => {
      if (error instanceof Refused) reason = error.message;
    };
    // One of its own for each request, whose error it tells.
    const response = await requestReplyHandler(functions, { onError })(request);
    return response.ok ? response : new Response(reason, { status: 500 });
  };
}

async function plainly(request: Request): Promise<Response> {
  const { order, card } = (await request.json()) as { order: string; card: string };
  const [, reason] = refusal.exec(card) ?? [];
  if (reason !== undefined) return new Response(`card refused: ${reason}`, { status: 500 });
  return Response.json({ order, authorisation: `auth-${order}` });
}

export interface PayService {
  readonly url: string;
  set(mode: PayMode): Promise<void>;
  close(): Promise<void>;
}

/** The service on a port of its own, which it leaves while it is down. */
export async function startPayService(): Promise<PayService> {
  let mode: PayMode = "fine";
  const listen = (port: number) =>
    serve({ fetch: payHandler(() => mode), port, hostname: "127.0.0.1" });
  const first = await listen(0);
  const { port } = first;
  let server: typeof first | undefined = first;
  const leave = async () => {
    const leaving = server?.close();
    server = undefined;
    await leaving;
  };
  return {
    url: `http://127.0.0.1:${port}/`,
    async set(next) {
      mode = next;
      if (next === "down") await leave();
      else server ??= await listen(port);
    },
    close: leave,
  };
}
