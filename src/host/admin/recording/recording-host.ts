import { writeActivity } from "../../../engine/actions/activity.ts";
import type { Engine } from "../../../engine/contract/engine.ts";
import { adminAddress } from "../../../engine/routing/system-addresses.ts";
import { StateFunError } from "../../../internal/errors.ts";
import type {
  RecordingHost,
  RecordingOrder,
  RecordingState,
} from "../../../surface/admin/recording-host.ts";
import type { Recording } from "./recording.ts";

/** Orders whose keys are remembered: those that may be repeated because an answer was lost. */
const maxKeys = 1_000;

/** The recording of an engine, as operators have it. */
export function recordingHost(recording: Recording, engine: () => Engine): RecordingHost {
  /** What was done with each key. */
  const done = new Map<string, string>();
  /** Does what is ordered, unless it was done with this key. Throws for a key of another order; what was refused uses no key. */
  const once = (key: string, what: string, run: () => void): void => {
    const before = done.get(key);
    if (before === what) return;
    const { calls, ingress } = engine().partition;
    const isOfAction = calls.accepted(adminAddress, key) !== undefined;
    if (before !== undefined || isOfAction) throw otherwiseUsed();
    // It is written down in the open window, where nothing may be while the store refuses the one before.
    ingress.assertOpen();
    run();
    const [oldest] = done.keys();
    if (done.size >= maxKeys && oldest !== undefined) done.delete(oldest);
    done.set(key, what);
  };
  /** Nothing is shown, and nothing is said to be done, that a crash could take back. */
  const durable = async <T>(result: T): Promise<T> => {
    await engine().flush();
    return result;
  };
  const written = (action: string, { who, why }: RecordingOrder, more: object): void => {
    writeActivity(engine().partition, { who, why, action, ...more, result: { count: 1 } });
  };
  return {
    state: () => recording.state(),
    async start(minutes, by): Promise<RecordingState> {
      once(by.key, `start ${minutes}`, () => {
        if (recording.isAlways) return;
        recording.start(minutes);
        written("start-recording", by, { minutes });
      });
      return durable(recording.state());
    },
    async end(by): Promise<RecordingState> {
      if (recording.isAlways) {
        throw new StateFunError("conflict", "this runtime always records: it is for development");
      }
      once(by.key, "end", () => {
        if (recording.end()) written("end-recording", by, {});
      });
      return durable(recording.state());
    },
    messages: async (want) => durable(recording.messages(want)),
    tree: async (number) => durable(recording.tree(number)),
  };
}

function otherwiseUsed(): StateFunError {
  const text = "this Idempotency-Key was already used for something else: use a new key";
  return new StateFunError("idempotency_conflict", text);
}
