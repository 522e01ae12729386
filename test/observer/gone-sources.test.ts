import type { IngressEvent } from "statefun";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { IngressHealth, SourceHealth } from "../../src/engine/contract/ingress-host.ts";
import { observeIngresses } from "../../src/host/observed-ingresses.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const sourceOf = (source: string, lag: number): SourceHealth => ({
  ...{ source, position: "5", lag, rate: 1, records: 5, invalid: 0, isPaused: false },
});

it("a source that another process has now is reported once more, without a lag", () => {
  const heard: IngressEvent[] = [];
  let sources = [sourceOf("in/0", 7), sourceOf("in/1", 8)];
  const health = (): IngressHealth[] => [
    { typename: "test/in", status: "running", troubles: [], sources },
  ];
  const stop = observeIngresses(health, { ingress: (event) => void heard.push(event) });
  const after = (ms: number) => {
    heard.length = 0;
    vi.advanceTimersByTime(ms);
    return heard.map(({ source, lag, records }) => [source, lag, records]);
  };
  expect(after(1_000)).toEqual([
    ["in/0", 7, 5],
    ["in/1", 8, 5],
  ]);
  sources = [sourceOf("in/0", 7)];
  expect(after(1_000)).toEqual([["in/1", undefined, 5]]);
  expect(after(5_000)).toEqual([]);
  // It has come back.
  sources = [sourceOf("in/0", 7), sourceOf("in/1", 8)];
  expect(after(1_000)).toEqual([["in/1", 8, 5]]);
  stop();
});
