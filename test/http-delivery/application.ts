import {
  bytes,
  type EgressBinding,
  egress,
  int,
  json,
  StatefulFunctions,
  shape,
  string,
} from "statefun";
import { createRuntime, type Runtime, type RuntimeOptions } from "statefun/runtime";
import { closing } from "./receiver.ts";

export const Order = json("egress/Order", shape<{ readonly n: number; readonly to?: string }>());
export const blob = bytes("egress/blob");

export const orders = egress("egress/orders", Order);
export const mixed = egress("egress/mixed", [string, int, blob, Order]);

export function application() {
  const functions = new StatefulFunctions("egress");
  /** One order for each number up to the one that it gets. */
  const seller = functions.bind("egress/seller", { accepts: int }, (context, count) => {
    for (let n = 1; n <= count; n++) context.emit(orders, { n });
  });
  const one = functions.bind("egress/one", { accepts: Order }, (context, order) => {
    context.emit(orders, order);
  });
  const kinds = functions.bind("egress/kinds", { accepts: string }, (context) => {
    context.emit(mixed, string.of("é 🙂"), {
      headers: [
        ["tenant", "é"],
        ["Upper", "1"],
        ["none", null],
        ["broken", "a\nb"],
        ["traceparent", "00-1"],
      ],
    });
    context.emit(mixed, Order.of({ n: 1 }));
    context.emit(mixed, blob.of(Uint8Array.of(65, 66)));
  });
  return { functions, seller, one, kinds };
}

/** A runtime that ends with the test. What it is told of errors is in `errors`. */
export async function started(
  binding: EgressBinding,
  options: Partial<Pick<RuntimeOptions, "store">> = {},
) {
  const { functions, ...refs } = application();
  const errors: { readonly code: unknown; readonly text: string }[] = [];
  const runtime: Runtime = await createRuntime({
    modules: [functions],
    egresses: [binding],
    onError: (error) => void errors.push({ code: Object(error).code, text: Object(error).message }),
    ...options,
  });
  closing(() => runtime.close({ drainMs: 0 }));
  return { runtime, errors, ...refs };
}
