/** What schema libraries and generators give: zod, valibot, protoc-gen-es. */
import { create } from "@bufbuild/protobuf";
import { type Timestamp, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { egress, json, StatefulFunctions } from "statefun";
import { protobuf } from "statefun/protobuf";
import { createTestRuntime } from "statefun/testing";
import * as v from "valibot";
import * as z from "zod";
import { AddressSchema, type Address as WireAddress } from "../../gen/v3/request-reply_pb.ts";

const orderSchema = z.object({
  item: z.string(),
  quantity: z.number().default(1),
  note: z.string().optional(),
  tags: z.array(z.enum(["new", "old"])),
  price: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("fixed"), cents: z.number() }),
    z.object({ kind: z.literal("free") }),
  ]),
});
type Order = z.infer<typeof orderSchema>;

const readingSchema = v.object({
  celsius: v.number(),
  site: v.optional(v.string(), "?"),
  unit: v.optional(v.picklist(["C", "F"])),
});
type Reading = v.InferOutput<typeof readingSchema>;

export const Order = json("schemas/Order", orderSchema);
export const Reading = json("schemas/Reading", readingSchema);
export const Seen = protobuf(TimestampSchema);
export const Where = protobuf(AddressSchema);
export const orders = egress("schemas/orders", [Order, Where]);
export const readings = egress("schemas/readings", Reading);

export const functions = new StatefulFunctions("schemas");

export const twin = functions.bind(
  "schemas/twin",
  {
    accepts: [Order, Reading, Seen, Where],
    replies: Reading,
    state: {
      order: {
        type: Order,
        initial: (): Order => ({ item: "", quantity: 0, tags: [], price: free }),
      },
      bare: { type: Order, initial: () => ({ item: "", quantity: 1, tags: [], price: free }) },
      reading: { type: Reading, initial: () => ({ celsius: 0, site: "?" }) },
      seen: { type: Seen, initial: () => create(TimestampSchema) },
      last: Where,
    },
  },
  (context, message) => {
    const { state } = context;
    switch (message.typename) {
      case "schemas/Order": {
        const order: Order = message.value;
        state.order = order;
        if (order.price.kind === "fixed") state.bare.quantity += order.price.cents;
        // What is sent may leave out what has a default.
        context.emit(orders, Order.of({ item: order.item, tags: ["new"], price: order.price }));
        break;
      }
      case "schemas/Reading": {
        const reading: Reading = message.value;
        state.reading = reading;
        context.emit(readings, { celsius: reading.celsius });
        context.reply({ celsius: 1 });
        break;
      }
      case "type.googleapis.com/google.protobuf.Timestamp": {
        const seen: Timestamp = message.value;
        state.seen = seen;
        context.sendAfter(1, twin.at("1"), Seen.of(create(TimestampSchema, { seconds: 1n })));
        break;
      }
      default: {
        const where: WireAddress = message.value;
        state.last = where;
        context.emit(orders, message);
      }
    }
  },
);

const free = { kind: "free" } as const;

export async function look(): Promise<readonly unknown[]> {
  const runtime = await createTestRuntime(functions);
  const reading: Reading = await runtime.call(twin.at("1"), Reading.of({ celsius: 1 }));
  const emitted: readonly Reading[] = runtime.emitted(readings);
  const [first] = runtime.emitted(orders);
  const named: string =
    first === undefined ? "" : first.is(Order) ? first.value.item : first.value.id;
  return [reading, emitted, named, runtime.state(twin.at("1")).order.price.kind];
}
