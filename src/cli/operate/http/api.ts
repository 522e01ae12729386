import { headerTextOf, idempotencyHeader } from "../../../http/http-headers.ts";
import { isRecord } from "../../../internal/assert.ts";
import { bytesFromText, copyOf } from "../../../internal/bytes.ts";
import { Failure } from "../failure.ts";
import { countOf, failureOf, jsonIn, strange } from "./answer-error.ts";
import type { Connection } from "./connection.ts";
import { type Answered, type Asked, exchange } from "./exchange.ts";
import { type Json, textIn } from "./json.ts";

/** An action, as the server is asked for it. */
export interface Act {
  readonly method: "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly query?: Asked["query"];
  readonly body?: object;
  /** With the same key it is done once. */
  readonly key: string;
  /** What a command that is repeated with its key must name too, so that it is the same one. */
  readonly with?: string;
  /** For the record of what was done. */
  readonly why: string | undefined;
  /** Beside those that every action has. */
  readonly headers?: Headers;
  /** A body that is no JSON object; `headers` says what it is. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
}

/** What became of an action. */
export interface Done {
  readonly isDuplicate: boolean;
  readonly count: number;
  readonly next: string | undefined;
}

/** The administration API of a server, for one command. */
export class Api {
  readonly connection: Connection;
  /** Ends everything that is asked for. */
  readonly signal: AbortSignal;

  constructor(connection: Connection, signal: AbortSignal) {
    this.connection = connection;
    this.signal = signal;
  }

  /** The answer to a question: a JSON object. */
  async read(path: string, query: Asked["query"] = {}): Promise<Json> {
    return this.#objectOf(await this.ask({ method: "GET", path, query }));
  }

  /** Does what was ordered. A failure whose outcome is unknown says how to repeat it. */
  async act(act: Act): Promise<Done> {
    const { method, path, query, body, key, why, bytes } = act;
    const headers = new Headers(act.headers);
    headers.set("statefun-admin", "1");
    headers.set(idempotencyHeader, headerTextOf(key, "--key cannot be sent over HTTP:"));
    if (body !== undefined) headers.set("content-type", "application/json");
    const json = body === undefined ? {} : { body: copyOf(bytesFromText(JSON.stringify(body))) };
    const own = bytes === undefined ? json : { body: bytes };
    const answered = await withKey(
      key,
      this.ask({ method, path, headers, ...own, query: { ...query, why } }),
      act.with,
    );
    const done = await this.#objectOf(answered);
    const count = await countOf(answered, "count", done);
    return { isDuplicate: done["duplicate"] === true, count, next: textIn(done, "next") };
  }

  /** An answer with a status of success. */
  async ask(asked: Omit<Asked, "signal">): Promise<Answered> {
    const answered = await exchange(this.connection, { ...asked, signal: this.signal });
    if (answered.response.status >= 200 && answered.response.status < 300) return answered;
    throw await failureOf(this.connection, answered);
  }

  async #objectOf(answered: Answered): Promise<Json> {
    const object = jsonIn(answered.bytes);
    if (isRecord(object) && !Array.isArray(object)) return object;
    throw await strange(answered);
  }
}

/** Adds to a failure whose outcome is unknown how the command is repeated without doing it twice. */
export async function withKey<T>(key: string, work: Promise<T>, also: string = ""): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Failure) || !error.isUnknown) throw error;
    const { code, message, exitCode, remote } = error;
    const advice = `it is unknown whether it was done: repeat the command with --key ${key}${also}`;
    throw new Failure(code, `${message}; ${advice}`, {
      ...{ exitCode, isUnknown: false, cause: error },
      ...(remote === undefined ? {} : { remote }),
    });
  }
}
