import { describe, expect, it } from "vitest";
import type { Platform } from "../../src/store/sqlite/platform.ts";
import {
  isAnotherRunning,
  processFrom,
  thisProcess,
} from "../../src/store/sqlite/process-record.ts";

/** A machine with these files below /proc, seen by process 1000. */
function machine(files: Readonly<Record<string, string>>): Platform {
  const read = (path: string) => {
    const text = files[path];
    if (text === undefined) throw new Error(`ENOENT: ${path}`);
    return text;
  };
  const fs = { readFileSync: read, readlinkSync: read };
  // Only these two are called.
  return { fs, pid: 1_000, hostname: () => "box" } as unknown as Platform;
}

const stat = (name: string, state: string, startedAt: number): string =>
  `77 (${name}) ${state} ${"0 ".repeat(18)}${startedAt} 0 0`;

const here = {
  "/proc/sys/kernel/random/boot_id": "boot-1\n",
  "/proc/self/ns/pid": "pid:[1]",
  "/proc/1000/stat": stat("node", "R", 555),
};
const other = { pid: 77, host: "box", boot: "boot-1", namespace: "pid:[1]", startedAt: "123" };

describe("the record of a process", () => {
  const cases: readonly (readonly [string, Readonly<Record<string, string>>, object, boolean])[] = [
    ["runs", { "/proc/77/stat": stat("node", "S", 123) }, {}, true],
    ["runs under a strange name", { "/proc/77/stat": stat("a) Z (b", "S", 123) }, {}, true],
    ["has ended", {}, {}, false],
    ["has ended and is not buried", { "/proc/77/stat": stat("node", "Z", 123) }, {}, false],
    ["gave its number to a later one", { "/proc/77/stat": stat("sh", "S", 124) }, {}, false],
    ["is of another boot", { "/proc/77/stat": stat("node", "S", 123) }, { boot: "boot-0" }, false],
    [
      "is of another container",
      { "/proc/77/stat": stat("node", "S", 123) },
      { namespace: "pid:[2]" },
      false,
    ],
    ["is this one", {}, { pid: 1_000, startedAt: "555" }, false],
    [
      "was written without knowing",
      { "/proc/77/stat": stat("node", "S", 123) },
      { boot: undefined, startedAt: undefined },
      false,
    ],
  ];

  it.for(cases)("of one that %s", ([, files, changes, runs]) => {
    const record = { ...other, ...changes };
    expect(isAnotherRunning(machine({ ...here, ...files }), record)).toBe(runs);
  });

  it("is read back as it was written, and from nothing else", () => {
    const record = thisProcess(machine(here));
    expect(record).toEqual({ ...other, pid: 1_000, startedAt: "555" });
    expect(processFrom(JSON.parse(JSON.stringify(record)))).toEqual(record);
    for (const wrong of [undefined, null, 5, "x", [], {}, { pid: "1", host: "box" }]) {
      expect(processFrom(wrong)).toBeUndefined();
    }
  });

  it("is short where nothing can be known, and says of nobody that it runs", () => {
    const record = thisProcess(machine({}));
    expect(record).toMatchObject({ pid: 1_000, host: "box" });
    expect(isAnotherRunning(machine({}), { ...record, pid: 77 })).toBe(false);
  });
});
