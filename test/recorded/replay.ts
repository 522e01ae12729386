import { bytesFromHex, type Json } from "../golden/fixtures.ts";
import { normalize } from "../golden/meaning.ts";
import { meaningOf } from "../golden/oracle.ts";
import { type Recording, readRecordings, wireOf } from "./recordings.ts";

/** What a server answered, and what the recorded one did. */
export interface Replayed {
  /** `apache-3.3.0.jsonl:12 /fn/delay` */
  readonly name: string;
  readonly recorded: Answer;
  readonly ours: Answer;
}
export interface Answer {
  readonly status: number;
  /** Runtimes take no other than this one. */
  readonly type: string | null;
  readonly meaning: Json;
}

/**
 * What is the same to every runtime, though the bytes differ: `normalize` reads an empty body as an empty
 * result, sorts the mutations and the missing states. A failure has no meaning but its status.
 */
function answerOf(status: number, type: string | null, body: Uint8Array, of: Recording): Answer {
  if (status !== 200) return { status, type: null, meaning: null };
  return { status, type, meaning: normalize(meaningOf(body, "FromFunction", wireOf(of))) };
}

/** Connections and lengths are fetch's own business. */
const contentHeaders = new Set(["content-type", "accept"]);

async function post(url: string, recording: Recording): Promise<Answer> {
  const headers = recording.headers.filter(([name]) => contentHeaders.has(name.toLowerCase()));
  const response = await fetch(new URL(recording.url, url), {
    method: recording.method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    body: new Uint8Array(bytesFromHex(recording.request)),
  });
  const body = new Uint8Array(await response.arrayBuffer());
  return answerOf(response.status, response.headers.get("content-type"), body, recording);
}

/** Traps were answered by hand, not by a function. */
export const isReplayed = ({ label }: Recording): boolean => label !== "trap";

/** Posts the scenarios and the smoke requests of a file in their order. The server is a fresh one. */
export async function replay(url: string, file: string): Promise<readonly Replayed[]> {
  const replayed: Replayed[] = [];
  for (const [index, recording] of readRecordings(file).entries()) {
    if (!isReplayed(recording)) continue;
    const { status, response } = recording;
    replayed.push({
      name: `${file}:${index + 1} ${recording.url}`,
      recorded: answerOf(status, "application/octet-stream", bytesFromHex(response), recording),
      ours: await post(url, recording),
    });
  }
  return replayed;
}
