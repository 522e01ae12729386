import {
  bytes,
  type HandlerOptions,
  invocationHandler,
  json,
  StatefulFunctions,
  shape,
} from "statefun";
import { greeter, greeterRequest } from "../greeter.ts";
import { type Candidate, interleave } from "../measure.ts";
import { heading, ratio, table, time } from "../report.ts";
import { requestOf, wireValue } from "../requests.ts";
import { medianOf, spreadOf, timesOf } from "../statistics.ts";

const effort = { rounds: 15, sliceMs: 40, warmUpMs: 300 };

/** What one unit takes at each size, all sizes in turns, and how it compares with the size before. */
async function growth(
  unit: string,
  sizes: readonly number[],
  run: (size: number) => () => unknown,
) {
  const candidates: Candidate[] = sizes.map((size) => ({ name: String(size), run: run(size) }));
  const times = await interleave(candidates, effort);
  const perUnit = (size: number) => timesOf(times, String(size)).map((ms) => ms / size);
  return sizes.map((size, index) => {
    const before = sizes[index - 1];
    const whole = medianOf(times, String(size));
    const row = [`${size.toLocaleString("en-US")} ${unit}`, time(whole), time(whole / size)];
    if (before === undefined) return [...row, ""];
    const smaller = perUnit(before);
    const change = perUnit(size).map((one, round) => one / (smaller[round] ?? Number.NaN));
    return [...row, ratio(spreadOf(change))];
  });
}

const invokeGreeter = invocationHandler(greeter);
const noise = (size: number) => Uint8Array.from({ length: size }, (_, index) => (index * 31) % 251);

/** A state that every message reads, and writes with one byte changed. */
const blob = bytes("bench/blob");
const blobs = new StatefulFunctions();
blobs.bind("bench/blobs", { accepts: blob, state: { blob } }, ({ state }, message) => {
  const changed = (state.blob ?? message).slice();
  changed[0] = message[0] ?? 0;
  state.blob = changed;
});

/** The same of JSON: an array of short texts. */
const texts = json("bench/texts", shape<string[]>());
const lists = new StatefulFunctions();
lists.bind("bench/lists", { accepts: texts, state: { list: texts } }, ({ state }, message) => {
  state.list = [...message, ...(state.list ?? []).slice(message.length)];
});
/** Such a text takes sixteen bytes with its quotes and comma. */
const textBytes = 16;
const listOf = (size: number) =>
  Array.from({ length: size / textBytes }, (_, index) => String(index).padStart(13, "0"));

const kilobytes = [1, 8, 64, 512, 4_096, 8_192].map((kilo) => kilo * 1_024);
const options: HandlerOptions = { maxBodyBytes: 67_108_864 };

heading(
  "Growth",
  "Linear means that an invocation, or a byte, takes no longer in a larger request: the last column, its time ÷ that of the row before, is at most 1 or near it.",
);
const batches = await growth("invocations", [1, 10, 100, 1_000, 10_000], (size) => {
  const request = greeterRequest(size);
  return () => invokeGreeter(request);
});
table(["the greeter, batch of", "request", "one invocation", "÷ the row before"], batches);

const invokeBlobs = invocationHandler(blobs, options);
const blobGrowth = await growth("bytes", kilobytes, (size) => {
  const [state, message] = [wireValue(blob, noise(size)), wireValue(blob, noise(1))];
  const request = requestOf("bench/blobs", { blob: state }, [message]);
  return () => invokeBlobs(request);
});
table(["a state of bytes, with", "request", "one byte", "÷ the row before"], blobGrowth);

const invokeLists = invocationHandler(lists, options);
const listGrowth = await growth("bytes", kilobytes, (size) => {
  const [state, message] = [wireValue(texts, listOf(size)), wireValue(texts, ["changed"])];
  const request = requestOf("bench/lists", { list: state }, [message]);
  return () => invokeLists(request);
});
table(["a JSON state, with", "request", "one byte", "÷ the row before"], listGrowth);
