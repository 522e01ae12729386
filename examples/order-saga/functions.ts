import { type Context, functionRef, int, json, StatefulFunctions, shape, string } from "statefun";
import { kafkaEgress } from "statefun/kafka";

interface OrderData {
  readonly customer: string;
  readonly sku: string;
  readonly country: string;
  readonly cents: number;
}

// From outside.
export const Place = json("saga/Place", shape<OrderData>());
export const TopUp = json("saga/TopUp", shape<{ readonly amount: number }>());

// Between an order and whoever takes part in it: the same messages for all of them.
const Do = json("saga/Do", shape<{ readonly order: string; readonly amount: number }>());
const Undo = json("saga/Undo", shape<{ readonly order: string }>());
/** The order is complete: what was taken for it will never be given back, and need not be remembered. */
const Settle = json("saga/Settle", shape<{ readonly order: string }>());
const Done = json("saga/Done", shape<Readonly<Record<string, never>>>());
const Refused = json("saga/Refused", shape<{ readonly reason: string }>());
const TimedOut = json("saga/TimedOut", shape<{ readonly step: number }>());

const participant = <const N extends `saga/${string}`>(typename: N) =>
  functionRef(typename, [TopUp, Do, Undo, Settle], { replies: [Done, Refused] });

export const warehouse = participant("saga/warehouse");
export const wallet = participant("saga/wallet");
export const carrier = participant("saga/carrier");

/** In this order; whatever fails undoes those before it. */
const steps = [
  { name: "stock", at: ({ sku }: OrderData) => warehouse.at(sku), amount: () => 1 },
  {
    name: "payment",
    at: ({ customer }: OrderData) => wallet.at(customer),
    amount: ({ cents }: OrderData) => cents,
  },
  { name: "shipping", at: ({ country }: OrderData) => carrier.at(country), amount: () => 1 },
] as const;

export const stepTimeoutMs = 30_000;

/** What becomes of orders: a consumer sees the last state of each under its key. */
export const statuses = kafkaEgress("saga/statuses");

export const functions = new StatefulFunctions("order-saga");

const orderState = { data: Place, step: { type: int, initial: 0 }, outcome: string } as const;
type OrderContext = Context<typeof orderState>;

export const order = functions.bind(
  "saga/order",
  { accepts: [Place, Done, Refused, TimedOut], state: orderState },
  (context, message) => {
    const { state } = context;
    if (message.typename === "saga/Place") {
      // Placed once: a customer may press the button twice.
      if (state.data !== undefined) return;
      state.data = message.value;
      say(context, "placed");
      return begin(context, message.value, 0);
    }
    const { data } = state;
    // What comes after the end is an answer that was late: the `Undo` is already on its way.
    if (data === undefined || state.outcome !== undefined) return;
    const name = steps[state.step]?.name ?? "";
    if (message.typename === "saga/Done") begin(context, data, state.step + 1);
    else if (message.typename === "saga/Refused")
      cancel(context, data, `${name}: ${message.value.reason}`);
    else if (message.value.step === state.step) cancel(context, data, `${name} did not answer`);
  },
);

function say(context: OrderContext, value: string): void {
  context.emit(statuses, { topic: "statuses", key: context.self.id, value });
}

function begin(context: OrderContext, data: OrderData, number: number): void {
  const { state, self } = context;
  const step = steps[number];
  state.step = number;
  context.cancel("step");
  if (step === undefined) {
    state.outcome = "confirmed";
    for (const one of steps) context.send(one.at(data), Settle.of({ order: self.id }));
    say(context, state.outcome);
    return;
  }
  context.send(step.at(data), Do.of({ order: self.id, amount: step.amount(data) }));
  // A participant may be in another process that is down: without an answer the order is cancelled.
  const cancellationToken = "step";
  const timedOut = TimedOut.of({ step: number });
  context.sendAfter(stepTimeoutMs, order.at(self.id), timedOut, { cancellationToken });
}

function cancel(context: OrderContext, data: OrderData, reason: string): void {
  const { state, self } = context;
  context.cancel("step");
  // This step too: it may have been done, and only the answer is late. To undo what was not done does nothing, and a
  // participant gets the `Undo` after the `Do`, because messages between the same two keep their order.
  for (const step of steps.slice(0, state.step + 1).reverse()) {
    context.send(step.at(data), Undo.of({ order: self.id }));
  }
  state.outcome = `cancelled: ${reason}`;
  say(context, state.outcome);
}

/** What every participant does: gives what it has, remembers to which order, and takes it back. */
function take(functions: StatefulFunctions, ref: typeof warehouse | typeof wallet, lacks: string) {
  const state = {
    left: { type: int, initial: 0 },
    /** By order. A second `Do` of one order takes nothing, a second `Undo` gives nothing back. */
    taken: { type: json("saga/Taken", shape<Record<string, number>>()), initial: () => ({}) },
  } as const;
  return functions.implement(ref, { state }, (context, message) => {
    const { left, taken } = context.state;
    if (message.typename === "saga/TopUp") {
      context.state.left += message.value.amount;
      return;
    }
    const { order } = message.value;
    const before = taken[order];
    if (message.typename === "saga/Undo") {
      context.state.left += before ?? 0;
      delete taken[order];
    } else if (message.typename === "saga/Settle") delete taken[order];
    else if (before !== undefined) context.reply(Done.of({}));
    else if (left < message.value.amount) context.reply(Refused.of({ reason: lacks }));
    else {
      context.state.left -= message.value.amount;
      taken[order] = message.value.amount;
      context.reply(Done.of({}));
    }
  });
}

export const stock = take(functions, warehouse, "sold out");
export const money = take(functions, wallet, "not enough money");

/** Another company's, so in a module of its own. */
export const carriers = new StatefulFunctions("carriers");

carriers.implement(carrier, {}, (context, message) => {
  if (message.typename !== "saga/Do") return;
  const { id } = context.self;
  const goesThere = ["AT", "CH", "DE"].includes(id);
  context.reply(goesThere ? Done.of({}) : Refused.of({ reason: `nobody delivers to ${id}` }));
});
