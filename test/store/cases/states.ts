import { equal } from "../checks.ts";
import { address, cell, value } from "../records.ts";
import type { StoreCase, Subject } from "../subject.ts";

const names = (subject: Subject, id = "a") => [...subject.store.load(address(id)).keys()].sort();

/** Windows far enough apart, so that each may sweep. */
function pass(subject: Subject, to: number): void {
  subject.commit({ time: to });
}

export const stateCases: readonly StoreCase[] = [
  {
    name: "gives the last write of every state of an address, and of no other",
    run(subject) {
      const other = cell(3, { address: address("a", "demo/other"), name: "state1" });
      const lookalike = cell(4, { address: address("demo/a", "demo"), name: "x" });
      subject.commit({ cells: [cell(1), cell(2), other, lookalike] });
      subject.commit({ cells: [cell(1, { value: value("new"), expiresAt: 50 })] });
      equal(
        subject.store.load(address("a")),
        new Map([
          ["state1", { cell: 1, value: value("new"), expiresAt: 50 }],
          ["state2", { cell: 2, value: value("cell 2") }],
        ]),
        "the states",
      );
      equal(subject.store.load(address("b")), new Map(), "of another address");
    },
  },
  {
    name: "names the states of an address without their values, and gives each by itself",
    run(subject) {
      const long = "é".repeat(127);
      const parts = { value: value("x".repeat(3_000_000)), name: long };
      const other = cell(9, { address: address("a", "demo/other"), name: "state9" });
      subject.commit({ cells: [cell(1), cell(2, { expiresAt: 50 }), cell(3, parts), other] });
      const { store } = subject;
      equal([...store.stateNames(address("a"))].sort(), ["state1", "state2", long], "the names");
      equal([...store.stateNames(address("b"))], [], "of another address");
      equal(store.state(address("a"), "state1"), { cell: 1, value: value("cell 1") }, "one");
      equal(store.state(address("a"), "state2")?.expiresAt, 50, "one that expires");
      equal(store.state(address("a"), long)?.value, parts.value, "a large one");
      equal(store.state(address("a"), "state"), undefined, "the beginning of a name");
      equal(store.state(address("b"), "state1"), undefined, "of another address");
    },
  },
  {
    name: "deletes a state, and takes it again under the same or another number",
    run(subject) {
      subject.commit({ cells: [cell(1), cell(2)] });
      subject.commit({ cells: [cell(1, { value: undefined })] });
      equal(names(subject), ["state2"], "after the deletion");
      subject.commit({ cells: [cell(1, { value: value("again") })] });
      subject.commit({ cells: [cell(1, { value: undefined })] });
      subject.commit({ cells: [cell(9, { name: "state1" })] });
      equal(subject.store.load(address("a")).get("state1")?.cell, 9, "under another number");
    },
  },
  {
    name: "gives an expired state until it is swept, and sweeps it in the end",
    async run(subject) {
      subject.commit({
        cells: [cell(1, { expiresAt: 100 }), cell(2), cell(3, { expiresAt: 1e9 })],
      });
      pass(subject, 99);
      equal(names(subject).length, 3, "before its time");
      await subject.reopen();
      pass(subject, 100_000);
      pass(subject, 200_000);
      equal(names(subject), ["state2", "state3"], "after it");
    },
  },
  {
    name: "sweeps by what the window has written: a state that it renews or writes stays",
    async run(subject) {
      const expiresAt = 100;
      subject.commit({ cells: [1, 2, 3, 4].map((number) => cell(number, { expiresAt })) });
      await subject.reopen();
      subject.commit({
        time: 100_000,
        renewed: [{ cell: 1, expiresAt: 300_000 }],
        cells: [cell(2, { expiresAt: 300_000 }), cell(3)],
      });
      pass(subject, 200_000);
      equal(names(subject), ["state1", "state2", "state3"], "what was renewed");
      equal(subject.store.load(address("a")).get("state1")?.value, value("cell 1"), "its value");
      pass(subject, 300_000);
      pass(subject, 400_000);
      equal(names(subject), ["state3"], "in the end");
    },
  },
  {
    name: "sweeps a state that got an earlier time, at that time",
    run(subject) {
      subject.commit({ cells: [cell(1, { expiresAt: 1e9 }), cell(2, { expiresAt: 1e9 })] });
      subject.commit({
        cells: [cell(1, { expiresAt: 200 })],
        renewed: [{ cell: 2, expiresAt: 300 }],
      });
      pass(subject, 100_000);
      pass(subject, 200_000);
      equal(names(subject), [], "what is left");
    },
  },
  {
    name: "stores a swept state whole when it is written again, and leaves a renewal of it alone",
    async run(subject) {
      subject.commit({ cells: [cell(1, { expiresAt: 100 }), cell(2, { expiresAt: 100 })] });
      pass(subject, 100_000);
      pass(subject, 200_000);
      equal(names(subject), [], "swept");
      subject.commit({
        cells: [cell(1, { value: value("back") })],
        renewed: [{ cell: 2, expiresAt: 1e9 }],
      });
      await subject.reopen();
      equal(
        subject.store.load(address("a")),
        new Map([["state1", { cell: 1, value: value("back") }]]),
        "the states",
      );
    },
  },
  {
    name: "sweeps a bounded portion at a time, and all of it in a few windows",
    run(subject) {
      const count = 3_000;
      const cells = Array.from({ length: count }, (_, index) => cell(index, { expiresAt: 100 }));
      subject.commit({ cells });
      pass(subject, 100_000);
      const left = names(subject).length;
      equal(left > 0 && left < count, true, `a portion, ${left} of ${count} are left`);
      for (let windows = 0; windows < 10; windows += 1) pass(subject, 100_001 + windows);
      equal(names(subject), [], "after ten windows");
    },
  },
];
