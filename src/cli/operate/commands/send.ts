import {
  delayHeader,
  headerTextOf,
  idempotencyHeader,
  setMessageHeaders,
  textOfHeader,
  typeHeader,
} from "../../../http/http-headers.ts";
import { invalid } from "../../../internal/assert.ts";
import { base64FromBytes, bytesFromText } from "../../../internal/bytes.ts";
import { defaultCallMs, longestWaitMs } from "../../../internal/limits.ts";
import { show } from "../../../internal/show.ts";
import { commonFlags, type OperateCommand, type Run, textFlag } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { jsonIn, strange } from "../http/answer-error.ts";
import { withKey } from "../http/api.ts";
import { headerIn } from "../http/connection.ts";
import type { Answered, Asked } from "../http/exchange.ts";
import { fieldOf, textIn } from "../http/json.ts";
import { bytesOf, headersOf } from "../message.ts";
import { messageType } from "../types.ts";
import { durationIn, functionIn, keyIn, pathOf, wordsOf } from "../values.ts";
import { writeBytes } from "./write-bytes.ts";

const messageFlags = {
  ...commonFlags,
  key: textFlag,
  type: textFlag,
  header: { ...textFlag, multiple: true },
};

/** How much longer this side waits, so that the server's own timeout can arrive. */
const graceMs = 5_000;
const mostDelayMs = 8.64e15;

/** `statefun send`: one message, which is accepted when this ends. */
export const sendCommand: OperateCommand = {
  first: "function",
  flags: { ...messageFlags, delay: textFlag },
  run: async (run) => {
    const { given, out } = run;
    const delay = given.text("delay");
    const delayMs =
      delay === undefined ? 0 : durationIn(delay, "--delay", mostDelayMs - Date.now());
    const message = await messageOf(run);
    if (delayMs > 0) message.headers.set(delayHeader, String(delayMs));
    const answered = await asked(run, message);
    const receipt = jsonIn(answered.bytes);
    const [id, isDuplicate] = [textIn(receipt, "id"), fieldOf(receipt, "duplicate")];
    if (id === undefined) throw await strange(answered);
    const again = isDuplicate === true ? ": it had been sent before, with this key" : "";
    if (out.isJson) await out.json({ id, duplicate: isDuplicate === true });
    else await out.line(`sent as message ${id.replace(/[^\w.:-]/g, "?")}${again}`);
    return exitCodes.done;
  },
};

/** `statefun call`: one message, and the reply to it. */
export const callCommand: OperateCommand = {
  first: "function",
  flags: { ...messageFlags, timeout: textFlag },
  run: async (run) => {
    const { given, out } = run;
    const timeout = given.text("timeout");
    const most = longestWaitMs - graceMs;
    const waitMs = timeout === undefined ? defaultCallMs : durationIn(timeout, "--timeout", most);
    if (waitMs < 1) throw invalid(`--timeout must be at least 1ms, got ${show(timeout)}`);
    const message = await messageOf(run);
    message.headers.set("prefer", `wait=${waitMs / 1_000}`);
    const { response, bytes, ...rest } = await asked(run, message, waitMs + graceMs);
    const typename = response.headers.get(typeHeader);
    if (typename === null) throw await strange({ response, bytes, ...rest });
    const media = response.headers.get("content-type") ?? "";
    if (!out.isJson) await writeBytes(out, bytes, /^(?:text\/|application\/json)/.test(media));
    else await out.json({ typename: textOfHeader(typename), ...replyJson(media, bytes) });
    return exitCodes.done;
  },
};

function replyJson(media: string, bytes: Uint8Array): object {
  if (media.startsWith("application/json")) return { value: jsonIn(bytes) };
  if (media.startsWith("text/")) return { value: new TextDecoder().decode(bytes) };
  return { base64: base64FromBytes(bytes) };
}

interface Message {
  readonly path: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly key: string;
}

/** What the arguments say. All that can be wrong with them is found before anything is sent. */
async function messageOf({ name: command, given, api }: Run): Promise<Message> {
  const words = wordsOf(given, command, ["FUNCTION", "ID", "MESSAGE"]);
  const [name = "", id = "", text = ""] = words;
  functionIn(name);
  // A part that is only dots is a direction in a URL, and never arrives.
  if (/^\.\.?$/.test(id)) throw invalid(`ID ${show(id)} cannot be sent over HTTP`);
  const key = keyIn(given);
  const own = given.texts("header").map((one) => headerIn(one, "--header"));
  const wireHeaders = own.map(([name, value]) => ({ key: name, value: bytesFromText(value) }));
  setMessageHeaders(new Headers(), wireHeaders);
  const body = await bytesOf(text);
  const headers = headersOf(await messageType(api, name, given.text("type")), body, "MESSAGE");
  setMessageHeaders(headers, wireHeaders);
  headers.set(idempotencyHeader, headerTextOf(key, "--key cannot be sent over HTTP:"));
  return { path: `/functions/${pathOf(name)}/${encodeURIComponent(id)}`, headers, body, key };
}

function asked({ api }: Run, message: Message, timeoutMs?: number): Promise<Answered> {
  const { path, headers, body, key } = message;
  const request: Omit<Asked, "signal"> = { method: "POST", path, headers, body };
  return withKey(key, api.ask(timeoutMs === undefined ? request : { ...request, timeoutMs }));
}
