import { invalid } from "../../../internal/assert.ts";
import { base64FromBytes, bytesFromText } from "../../../internal/bytes.ts";
import { didYouMean } from "../../../internal/nearest.ts";
import { show } from "../../../internal/show.ts";
import { string } from "../../../sdk/types/builtin-types.ts";
import { oneLine } from "../../output/one-line.ts";
import { actFlags, type OperateCommand, type Run, textFlag } from "../command.ts";
import { exitCodes, nothing } from "../failure.ts";
import { fieldOf, numberIn, textIn } from "../http/json.ts";
import { statesOf } from "../http/pages.ts";
import { bytesOf, headersOf, isJson } from "../message.ts";
import * as words from "../output/words.ts";
import { functionSeen, typeNamed } from "../types.ts";
import { functionIn, wordsOf } from "../values.ts";
import { acted } from "./acted.ts";
import { writeBytes } from "./write-bytes.ts";

const verbs = ["get", "set", "clear"] as const;

/** `statefun state get|set|clear`: one state of an instance. */
export const stateCommand: OperateCommand = {
  flags: { ...actFlags, type: textFlag, "if-match": textFlag },
  run: async (run) => {
    const [verb, ...rest] = run.given.positionals;
    const known = verbs.find((one) => one === verb);
    if (known === undefined) {
      const got = verb === undefined ? "" : `, got ${show(verb)}${didYouMean(verb, verbs)}`;
      throw invalid(`state must be followed by get, set or clear${got}`);
    }
    const given = { ...run.given, positionals: rest };
    const names = ["FUNCTION", "ID", "NAME", ...(known === "set" ? ["VALUE"] : [])];
    const [fn = "", id = "", name = "", text = ""] = wordsOf(given, `state ${known}`, names);
    const place = { function: functionIn(fn), id, name };
    if (known === "get") return got(run, place);
    return known === "set" ? put(run, place, text) : clear(run, place);
  },
};

interface Place {
  readonly function: string;
  readonly id: string;
  readonly name: string;
}

async function got(run: Run, place: Place): Promise<number> {
  const { out } = run;
  const state = await stateAt(run, place);
  if (state === undefined) throw nothing(`${shown(place)} is not set`);
  if (out.isJson) await out.json(Object(state));
  else if (numberIn(state, "size") === undefined) await out.line(oneLine(words.value(state)));
  else await large(run, place, state);
  return exitCodes.done;
}

/** One that lists show the beginning of: in the form of a small one, JSON or base64. */
async function large({ api, out }: Run, place: Place, state: unknown): Promise<void> {
  const query = { of: "state", ...place };
  const { bytes } = await api.ask({ method: "GET", path: "/admin/value", query });
  const isString = textIn(state, "typename") === string.typename;
  const json = isString ? bytesFromText(JSON.stringify(string.decode(bytes))) : bytes;
  if (isJson(json)) await writeBytes(out, json, true);
  else await out.line(`base64 ${base64FromBytes(bytes)}`);
}

async function put(run: Run, place: Place, text: string): Promise<number> {
  const { api, given } = run;
  const bytes = await bytesOf(text);
  const asked = given.text("type");
  const seen = await functionSeen(api, place.function);
  const declared = asked === undefined ? seen?.states.get(place.name) : typeNamed(asked).typename;
  const type = declared === undefined ? undefined : (seen?.kindOf(declared) ?? typeNamed(declared));
  const headers = headersOf(type, bytes, "VALUE");
  const tag = await tagOf(run, place);
  headers.set("if-match", tag);
  const own = { query: { ...place }, headers, bytes, with: advice(tag) };
  const act = { method: "PUT", path: "/admin/state", ...own } as const;
  return acted(
    run,
    act,
    `set ${shown(place)}`,
    `${shown(place)} had this value already`,
    exitCodes.done,
  );
}

async function clear(run: Run, place: Place): Promise<number> {
  const tag = await tagOf(run, place);
  const own = { query: { ...place }, headers: new Headers([["if-match", tag]]), with: advice(tag) };
  const act = { method: "DELETE", path: "/admin/state", ...own } as const;
  return acted(run, act, `cleared ${shown(place)}`, `${shown(place)} is not set`);
}

/** The value may be another one by then: with the tag of that one it would be another action. */
function advice(tag: string): string {
  const plain = tag.slice(1, -1);
  // Of a state that is not set the quotes are all. A shell takes other signs for its own.
  const isPlain = /^[\w%][\w%.~-]*$/.test(plain);
  return ` --if-match ${isPlain ? plain : `'${tag.replaceAll("'", "%27")}'`}`;
}

/** Of the value that is replaced: the one that is there now, unless another was named. */
async function tagOf(run: Run, place: Place): Promise<string> {
  const given = run.given.text("if-match");
  if (given !== undefined) return given.startsWith('"') ? given : `"${given}"`;
  return textIn(await stateAt(run, place), "etag") ?? '""';
}

/** A state as the server lists it; undefined for one that is not set. States come first. */
async function stateAt({ api }: Run, place: Place): Promise<unknown> {
  let after: string | undefined;
  for (;;) {
    const query = { function: place.function, id: place.id, after };
    const page = await api.read("/admin/instance", query);
    const found = fieldOf(statesOf(page), place.name);
    const next = textIn(page, "next");
    const isOver = next === undefined || !next.startsWith("s") || next === after;
    if (found !== undefined || isOver) return found;
    after = next;
  }
}

function shown({ function: name, id, name: state }: Place): string {
  return `state ${state} of ${name} ${words.id(id)}`;
}
