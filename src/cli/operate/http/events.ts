import { exitCodes, Failure } from "../failure.ts";
import { refusalOf } from "./answer-error.ts";
import type { Api } from "./api.ts";
import { requested, urlOf } from "./exchange.ts";

/** A server-sent event. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Of one event, and of a line: the server's have less than 256 KiB. */
const mostCharacters = 4_194_304;
/** The server says something every 15 seconds. */
const silenceMs = 45_000;

/** The events of a stream, until it ends. Rejects with a `Failure` for an answer that is none, or a stream that breaks. */
export async function* eventsOf(
  api: Api,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(silent()), silenceMs);
  const both = AbortSignal.any([signal, silence.signal]);
  const headers = new Headers([["accept", "text/event-stream"]]);
  const asked = { method: "GET", path, query, headers, signal: both } as const;
  const url = urlOf(api.connection, asked);
  try {
    const response = await requested(api.connection, asked, url, both);
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    if (response.status !== 200 || !isStream) {
      throw await refusalOf(api.connection, response, `GET ${url.pathname}`);
    }
    const parser = new EventParser();
    const decoder = new TextDecoder();
    for await (const piece of response.body ?? []) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(silent()), silenceMs);
      yield* parser.take(decoder.decode(piece, { stream: true }));
    }
  } catch (error) {
    if (both.aborted) throw both.reason;
    if (error instanceof Failure) throw error;
    throw new Failure("unavailable", `the stream of ${url.pathname} broke`, {
      exitCode: exitCodes.unknown,
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

function silent(): Failure {
  const text = `nothing came for ${silenceMs / 1_000} s`;
  return new Failure("unavailable", text, { exitCode: exitCodes.unknown });
}

/** Reads lines as the standard of server-sent events has them. */
class EventParser {
  #rest = "";
  #event = "";
  #data: string[] = [];
  #size = 0;

  *take(text: string): Generator<ServerEvent> {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    this.#assertSize(this.#rest.length);
    for (const line of lines) {
      if (line === "") {
        if (this.#data.length > 0)
          yield { event: this.#event || "message", data: this.#data.join("\n") };
        [this.#event, this.#data, this.#size] = ["", [], 0];
      } else this.#line(line);
    }
  }

  #line(line: string): void {
    const [, name = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    this.#size += line.length;
    this.#assertSize(this.#size);
    if (name === "event") this.#event = value;
    else if (name === "data") this.#data.push(value);
  }

  #assertSize(size: number): void {
    if (size <= mostCharacters) return;
    const text = `an event has more than ${mostCharacters} characters: this is not a statefun runtime`;
    throw new Failure("limit_exceeded", text, { exitCode: exitCodes.refused });
  }
}
