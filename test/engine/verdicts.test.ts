import { NonRetryableError, StateFunError, type StateFunErrorCode } from "statefun";
import { describe, expect, it } from "vitest";
import { failsFlinkJob, isBlameless, isUndeliverable, verdicts } from "../../src/model/failures.ts";
import { isHopeless } from "../../src/model/hopeless.ts";

/** What each part says of an error: h at once in a handler, r at once from a remote function too, w waits uncounted,
 *  e an egress gives the record up, f a Flink job fails. */
const said: Readonly<Record<StateFunErrorCode, string>> = {
  invalid_argument: "h",
  value_invalid: "h",
  context_closed: "",
  returned_value: "h",
  no_caller: "h",
  token_pending: "hrf",
  unsupported_by_wire: "hrf",
  malformed_request: "",
  limit_exceeded: "hr",
  unknown_function: "",
  unknown_egress: "",
  undeclared_state: "h",
  message_undecodable: "hre",
  state_undecodable: "wf",
  non_retryable: "",
  timed_out: "",
  call_timeout: "",
  dead_letter: "",
  mailbox_full: "",
  draining: "",
  unavailable: "w",
  idempotency_conflict: "",
  conflict: "",
  busy: "",
  unsupported: "",
  store_locked: "",
  store_newer: "",
  store_failed: "w",
  clock_jumped: "",
  misconfigured: "",
  module_invalid: "",
  unauthenticated: "",
};

function saidOf(error: unknown): string {
  const parts = {
    h: isHopeless(error, true),
    r: isHopeless(error, false),
    w: isBlameless(error),
    e: isUndeliverable(error),
    f: failsFlinkJob(error),
  };
  return Object.entries(parts)
    .filter(([, is]) => is)
    .map(([letter]) => letter)
    .join("");
}

describe("the table of failures", () => {
  it("has the codes of the closed set, and no other", () => {
    expect(Object.keys(verdicts).toSorted()).toEqual(Object.keys(said).toSorted());
  });

  it.each(Object.keys(verdicts) as StateFunErrorCode[])(
    "is what each part goes by for %s",
    (code) => {
      expect(saidOf(new StateFunError(code, "text"))).toBe(said[code]);
    },
  );

  it("lets no failure both wait uncounted and be given up at once", () => {
    for (const letters of Object.values(said)) expect(letters).not.toMatch(/h.*w|w.*h/);
  });

  it("gives up an error of another library that says no retry helps", () => {
    expect(saidOf(new NonRetryableError("text"))).toBe("hre");
    expect(saidOf(Object.assign(new Error("text"), { name: "NonRetryableError" }))).toBe("hre");
  });

  it("tries again what has no code, and what only wraps a code", () => {
    const cause = new StateFunError("token_pending", "text");
    expect(saidOf(new Error("text", { cause }))).toBe("");
    expect(saidOf("unavailable")).toBe("");
    expect(saidOf({ code: "unavailable" })).toBe("");
  });
});
