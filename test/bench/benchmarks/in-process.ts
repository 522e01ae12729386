import { invocationHandler } from "statefun";
import { cart, cartRequest, officialCart } from "../cart.ts";
import { greeter, greeterRequest } from "../greeter.ts";
import { officialGreeter } from "../greeter-official.ts";
import { handWritten } from "../hand-written.ts";
import { interleave } from "../measure.ts";
import { type OfficialFunction, officialInvoke } from "../official.ts";
import { aim, heading, ratio, table, time } from "../report.ts";
import { assertSameMeaning } from "../same-meaning.ts";
import {
  emptyRequest,
  officialEmpty,
  officialReads,
  officialSeveral,
  readsRequest,
  severalRequest,
  small,
} from "../small-functions.ts";
import { medianOf, ratioOf } from "../statistics.ts";

type Invoke = (request: Uint8Array) => Promise<Uint8Array>;

interface Case {
  readonly name: string;
  readonly batchSize: number;
  readonly ours: Invoke;
  readonly theirs: Invoke;
  readonly request: Uint8Array;
  readonly aimed?: number;
  /** The same by hand, for exactly these bytes. */
  readonly limit?: Invoke;
}

const greet = { ours: invocationHandler(greeter), theirs: officialInvoke(officialGreeter) };
const shop = { ours: invocationHandler(cart), theirs: officialInvoke(officialCart) };

const greeterCase = (batchSize: number, aimed?: number): Case => ({
  ...greet,
  name: "greeter",
  batchSize,
  request: greeterRequest(batchSize),
  limit: handWritten,
  ...(aimed !== undefined && { aimed }),
});
const cartCase = (batchSize: number): Case => ({
  ...shop,
  name: "JSON state",
  batchSize,
  request: cartRequest(batchSize),
});

const smallCases = (
  name: string,
  theirs: OfficialFunction,
  request: (batchSize: number) => Uint8Array,
): Case[] =>
  [1, 100].map((batchSize) => ({
    ours: invocationHandler(small),
    theirs: officialInvoke(theirs),
    name,
    batchSize,
    request: request(batchSize),
  }));

const cases = [
  greeterCase(1, 5),
  greeterCase(10),
  greeterCase(100, 10),
  greeterCase(1_000),
  cartCase(1),
  cartCase(100),
  ...smallCases("JSON state, read alone", officialReads, readsRequest),
  ...smallCases("six int states", officialSeveral, severalRequest),
  ...smallCases("an empty handler", officialEmpty, emptyRequest),
];

async function row({ name, batchSize, ours, theirs, request, aimed, limit }: Case) {
  assertSameMeaning(await ours(request), await theirs(request));
  if (limit !== undefined) assertSameMeaning(await limit(request), await theirs(request));
  const times = await interleave([
    { name: "ours", run: () => ours(request) },
    { name: "official", run: () => theirs(request) },
    ...(limit === undefined ? [] : [{ name: "limit", run: () => limit(request) }]),
  ]);
  const each = (who: string) => time(medianOf(times, who) / batchSize);
  const factor = ratioOf(times, "official", "ours");
  const verdict = aimed === undefined ? "" : aim(`at least ${aimed}`, factor.median >= aimed);
  const sides = [each("ours"), each("official"), ratio(factor), verdict];
  if (limit === undefined) return [name, String(batchSize), ...sides, "", ""];
  return [name, String(batchSize), ...sides, each("limit"), ratio(ratioOf(times, "ours", "limit"))];
}

heading(
  "In process, against the official SDK",
  "Bytes to bytes: `invocationHandler` and `handle` of apache-flink-statefun 3.3.0, without HTTP. Times are of one invocation. By hand: the greeter written " +
    "for exactly these bytes, which checks nothing and can do nothing else, so no SDK can be faster.",
);
const rows: string[][] = [];
for (const one of cases) rows.push(await row(one));
const head = ["function", "batch", "statefun", "official", "official ÷ statefun", "aim"];
table([...head, "by hand", "statefun ÷ by hand"], rows);
