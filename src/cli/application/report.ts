import type { Store as EngineStore } from "../../engine/contract/store.ts";
import type { ErrorDetail } from "../../handler/options.ts";
import { textFromBytes } from "../../internal/bytes.ts";
import { didYouMean } from "../../internal/nearest.ts";
import { peek, reasonOf } from "../../internal/show.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { string } from "../../sdk/types/builtin-types.ts";
import { createHandle, engineStoreOf, type Store } from "../../store/store-handle.ts";
import { plainRecord } from "../../surface/json/plain-record.ts";
import type { Happening } from "../ipc.ts";
import { namedRecord } from "../output/record-format.ts";
import { placeOf } from "./load-failure.ts";

/** More than these in a second are counted instead of shown: an application under load stays as fast as it is. */
const maxShown = 20;
const spanMs = 1_000;

export interface Reporter {
  /** Called for its result only when that is shown. */
  report(happening: () => Happening): void;
  readonly onError: OnError;
  /** What an entry does with errors; a misspelt name is reported in any case. */
  beside(own: unknown): unknown;
}

type OnError = (error: unknown, detail: ErrorDetail) => void;

/** Hands on what happens, as long as it is not too much. */
export function createReporter(send: (happening: Happening) => void): Reporter {
  let shown = 0;
  let undescribed = 0;
  const report: Reporter["report"] = (happening) => {
    if (shown === 0) {
      const over = (): void => {
        if (undescribed > 0) send({ event: "more", count: undescribed });
        shown = undescribed = 0;
      };
      // It keeps no process alive.
      setTimeout(over, spanMs).unref();
    }
    shown++;
    if (shown <= maxShown) send(happening());
    else undescribed++;
  };
  const warned = (error: unknown, { attempt }: ErrorDetail): boolean => {
    const isUnknown = peek(error, "code") === "unknown_function" && attempt === undefined;
    if (isUnknown) report(() => ({ event: "warning", message: reasonOf(error) }));
    return isUnknown;
  };
  const reporter: Reporter = {
    report,
    onError: (error, detail) => {
      if (warned(error, detail)) return;
      const { address, egress, attempt } = detail;
      const place = placeOf(error);
      const message = `${reasonOf(error)}${place === undefined ? "" : ` (${place})`}`;
      const where = egress ?? (address && `${address.typename}/${address.id}`);
      report(() => ({
        event: "error",
        message,
        ...(where === undefined ? {} : { address: where }),
        // What no message is to blame for is not counted.
        ...(attempt ? { attempt } : {}),
      }));
    },
    beside(own) {
      if (own === undefined) return reporter.onError;
      // The runtime reports it if it is not a function.
      if (typeof own !== "function") return own;
      return (error: unknown, detail: ErrorDetail): unknown => {
        warned(error, detail);
        return own(error, detail);
      };
    },
  };
  return reporter;
}

/**
 * The same store, which reports each record and each dead letter once it is stored, and each egress whose name is nearly one of
 * those that are known.
 */
export function watchedStore(
  handle: Store,
  report: Reporter["report"],
  knownEgresses: readonly string[],
): Store {
  const seen = new Set(knownEgresses);
  const look = (egress: string): void => {
    // Names that a program makes up are not remembered for ever.
    if (seen.has(egress) || seen.size > 1_000) return;
    seen.add(egress);
    const hint = didYouMean(egress, knownEgresses);
    if (hint === "") return;
    const message = `egress ${egress} is neither bound nor exported, so its records are kept${hint}`;
    report(() => ({ event: "warning", message }));
  };
  return createHandle(() => {
    const store = engineStoreOf(handle);
    const commit: EngineStore["commit"] = store.commit.bind(store);
    let last = -1;
    store.commit = (window) => {
      commit(window);
      // The same one is committed again when it was not certain that it was.
      if (window.sequence === last) return;
      last = window.sequence;
      for (const { egress, from, argument } of window.egress.added) {
        look(egress);
        report(() => ({ event: "record", egress, from: nameOf(from), value: textOf(argument) }));
      }
      for (const { number, target, code, reason: message } of window.dead.added) {
        const id = String(number);
        report(() => ({ event: "dead-letter", id, address: nameOf(target), code, message }));
      }
    };
    return store;
  });
}

function nameOf({ typename, id }: WireAddress): string {
  return `${typename}/${id}`;
}

/** Text where it is one, cut to a line; a record of Kafka or Kinesis as JSON. */
function textOf(argument: WireValue): string {
  const { typename, bytes } = argument;
  const all = bytes ?? new Uint8Array(0);
  let text: string;
  try {
    const record = namedRecord(argument);
    if (record !== undefined) text = JSON.stringify(plainRecord(typename, record));
    else text = typename === string.typename ? string.decode(all) : textFromBytes(all);
  } catch {
    text = "\0";
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they distinguish bytes from text.
  if (/[\0-\x08\x0e-\x1f]/.test(text)) return `${typename} of ${all.length} bytes`;
  const line = text.replace(/\s+/g, " ");
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
