import { invalid } from "../../internal/assert.ts";
import { randomName } from "../../internal/random-name.ts";
import { peek } from "../../internal/show.ts";
import { countOf, failureOf, jsonIn } from "../operate/http/answer-error.ts";
import type { Connection } from "../operate/http/connection.ts";
import { exchange } from "../operate/http/exchange.ts";
import { readIds } from "./address-list.ts";
import { checkedFile, piecesOf } from "./export-file.ts";
import { partsOf, partTimeoutMs } from "./import-objects.ts";
import { randomBytes } from "./random-bytes.ts";

/** Addresses of a request: a Worker makes a request to each of their objects, and may make 1,000. */
const partAddresses = 400;

interface Want {
  readonly connection: Connection;
  /** The export, if it is still there. */
  readonly from: string | undefined;
  /** In its place. */
  readonly digest: string | undefined;
  /** Addresses beside those of the directory. */
  readonly ids: string | undefined;
  readonly signal: AbortSignal;
}

export interface AbandonedObjects {
  /** Those that had something of it. */
  readonly objects: number;
  readonly asked: number;
}

interface Part {
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly after?: string | undefined;
  readonly listed?: boolean;
}

/** All objects are asked whether they can, then all of them do it. What was done is left out when the command is repeated. */
export async function abandonInObjects(want: Want): Promise<AbandonedObjects> {
  const { from, digest, ids, signal } = want;
  if ((from === undefined) === (digest === undefined)) {
    throw invalid(
      "objects do not know which import is unfinished: name it by --from EXPORT, or by --digest, its sha256",
    );
  }
  if (from !== undefined && ids !== undefined) {
    throw invalid("the export has all addresses: leave out --ids");
  }
  const sha256 = digest ?? (await checkedFile(from ?? "", signal, () => {})).sha256;
  const list = ids === undefined ? [] : await listIn(ids);
  let found: AbandonedObjects = { objects: 0, asked: 0 };
  for (const isCheck of [true, false]) {
    found = { objects: 0, asked: 0 };
    const ask = async (part: Part): Promise<string | undefined> => {
      const { count, asked, next } = await answered(want, sha256, isCheck, part);
      found = { objects: found.objects + count, asked: found.asked + asked };
      return next;
    };
    if (from !== undefined) {
      for await (const { body } of partsOf(piecesOf(from))) await ask({ body });
      continue;
    }
    for (const body of list) await ask({ body });
    let after: string | undefined;
    do {
      // Where not all functions are in the directory, the list has the others.
      after = await ask({ after, listed: list.length > 0 });
    } while (after !== undefined);
  }
  return found;
}

async function answered(
  { connection, signal }: Want,
  sha256: string,
  isCheck: boolean,
  { body, after, listed }: Part,
) {
  const headers = new Headers({
    "statefun-admin": "1",
    "idempotency-key": randomName(randomBytes),
    ...(body && { "content-type": "application/x-ndjson" }),
  });
  const query = {
    sha256,
    check: `${isCheck}`,
    after,
    listed: listed === true ? "true" : undefined,
  };
  const asked = { method: "POST", path: "/admin/import/abandon", query, headers } as const;
  const answer = await exchange(connection, {
    ...{ ...asked, timeoutMs: partTimeoutMs, signal },
    ...(body && { body }),
  });
  if (answer.response.status !== 200) throw await failureOf(connection, answer);
  const found = jsonIn(answer.bytes);
  const next = peek(found, "next");
  return {
    count: await countOf(answer, "count", found),
    asked: await countOf(answer, "asked", found),
    next: typeof next === "string" ? next : undefined,
  };
}

async function listIn(path: string): Promise<Uint8Array<ArrayBuffer>[]> {
  const text = Buffer.from(await readIds(path)).toString("utf8");
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let from = 0; from < lines.length; from += partAddresses) {
    const part = lines.slice(from, from + partAddresses);
    parts.push(new TextEncoder().encode(`${part.join("\n")}\n`));
  }
  return parts;
}
