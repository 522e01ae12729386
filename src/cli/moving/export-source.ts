import { joinParts, type PartPlace } from "../../export-format/join-parts.ts";
import type { EndLine, ExportCounts } from "../../export-format/records.ts";
import { createExportWriter } from "../../export-format/writer.ts";
import { platformSha256 } from "../../host/moving/platform-sha256.ts";
import { snapshotBytes } from "../../host/moving/snapshot-bytes.ts";
import { textFromBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { randomName } from "../../internal/random-name.ts";
import { peek, reasonOf } from "../../internal/show.ts";
import { openFileSnapshot } from "../../store/file/snapshot/file-snapshot.ts";
import { exitCodes, Failure } from "../operate/failure.ts";
import type { AddressList, PartOfList } from "./address-list.ts";
import { refusalOf } from "../operate/http/answer-error.ts";
import type { Connection } from "../operate/http/connection.ts";
import { requested, urlOf } from "../operate/http/exchange.ts";
import { randomBytes } from "./random-bytes.ts";

/** An export that is written somewhere, and what is known of it meanwhile. */
export interface ExportSource {
  readonly pieces: AsyncIterable<Uint8Array>;
  /** What has come so far. */
  readonly counts: () => ExportCounts | undefined;
  /** Once all pieces have come. */
  readonly end: () => EndLine;
}

/** A store's file, which is read here. Values of the types of every language are readable; no others are known. */
export async function exportOfFile(path: string, withValues: boolean): Promise<ExportSource> {
  const snapshot = await openFileSnapshot(path);
  const writer = createExportWriter({ digest: platformSha256() });
  const host = { functionOf: () => undefined, functions: () => [], keptEgress: () => undefined };
  const pieces = snapshotBytes(snapshot, writer, { engine: "sqlite", host, withValues });
  let last: Uint8Array | undefined;
  return {
    pieces: (async function* () {
      for await (const piece of pieces) {
        last = piece;
        yield piece;
      }
    })(),
    counts: () => writer.counts,
    // The writer gives it by itself.
    end: () => JSON.parse(textFromBytes(last ?? new Uint8Array(0))) as EndLine,
  };
}

/** What of a server is exported. */
export interface ServerWant {
  readonly withValues: boolean;
  /** Of Durable Objects: while they run. */
  readonly isLive: boolean;
  /** Of Durable Objects: beside those of the directory. */
  readonly addresses: AddressList | undefined;
}

/** What a server sends, which is checked as it comes: an answer that was cut off is no export. Its parts, where it sends several, are joined. */
export async function exportOfServer(
  connection: Connection,
  { withValues, isLive, addresses }: ServerWant,
  signal: AbortSignal,
): Promise<ExportSource> {
  const ask = async (
    place: PartPlace | undefined,
    list: PartOfList | undefined,
  ): Promise<AsyncIterable<Uint8Array>> => {
    const query = {
      ...list?.query,
      ...(withValues ? {} : { values: "false" }),
      ...(isLive ? { live: "true" } : {}),
      ...(place === undefined ? {} : { after: place.after, since: `${place.since}` }),
    };
    const method = list === undefined ? "GET" : "POST";
    const body = list === undefined ? {} : { body: list.body, headers: intent() };
    const asked = { method, path: "/admin/export", query, signal, ...body } as const;
    const url = urlOf(connection, asked);
    const response = await requested(connection, asked, url, signal);
    const isExport = response.headers.get("content-type")?.startsWith("application/x-ndjson");
    if (response.status !== 200 || isExport !== true) {
      throw await refusalOf(connection, response, `${method} ${url.pathname}`);
    }
    return bodyOf(response, signal);
  };
  let lists = addresses?.parts;
  const asked = (place: PartPlace | undefined) => ask(place, lists?.(place?.after));
  // What is refused is refused before anything is written.
  const first = await asked(undefined).catch((error: unknown) => {
    const isOther = ["invalid_argument", "unsupported"].includes(`${peek(error, "code")}`);
    if (addresses === undefined || lists === addresses.whole || !isOther) throw error;
    // An older server, or one whose objects have other names: it says of the whole list what is wrong.
    lists = addresses.whole;
    return asked(undefined);
  });
  const { pieces, counts, end } = joinParts(
    (place) => (place === undefined ? Promise.resolve(first) : asked(place)),
    platformSha256,
  );
  return {
    pieces: checked(pieces),
    counts,
    end: () => {
      const found = end();
      if (found === undefined) throw new StateFunError("unavailable", "the export has not ended");
      return found;
    },
  };
}

/** What every POST to the administration needs. */
function intent(): Headers {
  return new Headers({ "statefun-admin": "1", "idempotency-key": randomName(randomBytes) });
}

/** What is wrong with it is no fault of who has asked. */
async function* checked(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of pieces) yield piece;
  } catch (cause) {
    if (cause instanceof Failure || !(cause instanceof StateFunError)) throw cause;
    const text = `the server has sent no whole export: ${reasonOf(cause)}`;
    throw new Failure("unavailable", text, { exitCode: exitCodes.refused, cause });
  }
}

async function* bodyOf(response: Response, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of response.body ?? []) yield piece;
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    const text = "the server ended the export early: its log may say why";
    throw new Failure("unavailable", text, { exitCode: exitCodes.unknown, cause });
  }
}
