import { string } from "statefun";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { EgressRow } from "../../src/engine/contract/records.ts";
import { createSurface } from "../../src/surface/create-surface.ts";
import { resolveSurfaceOptions } from "../../src/surface/options.ts";
import { roomOf } from "../../src/surface/routes/event-stream.ts";
import type { SurfaceHost } from "../../src/surface/surface-host.ts";

const megabyte = 1_000_000;
/** What JSON makes six times as long. */
const control = (size: number) => string.encode("\u0001".repeat(size));

afterEach(() => {
  vi.useRealTimers();
});

/** An application with kept records of these sizes, and nothing that ever comes. */
function application(sizes: readonly number[]) {
  const rows = sizes.map((size, index): EgressRow => {
    const argument = { typename: string.typename, bytes: control(size), headers: [] };
    const from = { typename: "a/b", id: "1" };
    return { number: index + 1, egress: "a/out", from, argument, expiresAt: 9e15 };
  });
  const host = {
    engine: "embedded",
    functionOf: () => undefined,
    functions: () => [],
    keptEgress: (typename: string) => ({ typename, format: undefined }),
    keptEgresses: () => [],
    recordId: ({ number }: EgressRow) => String(number),
    kept: async (_: string, after: number, limit: number) =>
      rows.filter(({ number }) => number > after).slice(0, limit),
    waitKept: (_: string, _after: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve())),
  } as unknown as SurfaceHost;
  const options = resolveSurfaceOptions({ expose: "all", authenticate: "none" });
  const surface = createSurface(host, options, {
    maxMessageBytes: 1e9,
    maxStateBytes: 1e9,
    onError: () => {},
  });
  const open = async (accept = "text/event-stream") => {
    const response = await surface(new Request("http://h/egresses/a/out", { headers: { accept } }));
    return { status: response.status, reader: response.body?.getReader() };
  };
  return { host, open };
}

type Reader = ReadableStreamDefaultReader<Uint8Array> | undefined;

/** Reads to the end, or until it has so many bytes. */
async function read(reader: Reader, bytes = Number.POSITIVE_INFINITY): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  while (text.length < bytes) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  return text;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("readers that do not read", () => {
  it("hold no more together than there is room for, and one record", async () => {
    const { host, open } = application([5 * megabyte]);
    const streams = await Promise.all(Array.from({ length: 20 }, () => open()));
    const before = process.memoryUsage().rss;
    // Each takes a piece or is waiting for one.
    for (const { reader } of streams) void read(reader, 100).catch(() => {});
    await expect.poll(() => roomOf(host).heldBytes).toBeGreaterThan(30 * megabyte);
    await pause(1_000);
    expect(roomOf(host).heldBytes).toBeLessThan(64 * 1_048_576 + 31 * megabyte);
    expect(process.memoryUsage().rss - before).toBeLessThan(350 * megabyte);
    for (const { reader } of streams) void reader?.cancel().catch(() => {});
    await pause(50);
    expect(roomOf(host).heldBytes).toBe(0);
  });

  it("give way to those who do", async () => {
    const { open } = application([5 * megabyte]);
    const stalled = await Promise.all(Array.from({ length: 20 }, () => open()));
    for (const { reader } of stalled) void read(reader, 100).catch(() => {});
    await pause(200);
    const { reader } = await open();
    const text = await read(reader, 30 * megabyte);
    expect(text).toContain("id: 1\ndata: ");
    await reader?.cancel();
    for (const one of stalled) void one.reader?.cancel().catch(() => {});
  });

  it("of a stream are reported after half a minute, and lose no record", async () => {
    vi.useFakeTimers();
    const { host, open } = application([megabyte, 10]);
    const { reader } = await open();
    await read(reader, 100);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(roomOf(host).heldBytes).toBeGreaterThan(megabyte);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(roomOf(host).heldBytes).toBe(0);
    const text = await read(reader);
    expect(
      text.endsWith("\n: closed because nothing was read: reconnect with Last-Event-ID\n"),
    ).toBe(true);
    // No event was completed by it.
    expect(text.split("\n\n").filter((event) => event.startsWith("id: "))).toEqual(
      text.includes("id: 1") ? [expect.not.stringMatching(/\n\n$/)] : [],
    );
  });

  it("of a page break it off, after half a minute", async () => {
    vi.useFakeTimers();
    const { host, open } = application([megabyte]);
    const { reader } = await open("application/json");
    expect(roomOf(host).heldBytes).toBeGreaterThan(6 * megabyte);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(roomOf(host).heldBytes).toBe(0);
    await expect(read(reader)).rejects.toThrow(/nothing was read/);
  });

  it("of pages count as well: the next one waits", async () => {
    const { host, open } = application([10 * megabyte]);
    const pages = [await open("application/json"), await open("application/json")];
    expect(roomOf(host).heldBytes).toBeGreaterThan(64 * 1_048_576);
    const third = open("application/json");
    const first = JSON.parse(await read(pages[0]?.reader));
    expect(first.records).toHaveLength(1);
    const text = await read((await third).reader);
    expect(JSON.parse(text)).toEqual(first);
  });

  it("that read all of it at their pace are never ended", async () => {
    vi.useFakeTimers();
    const { host, open } = application([megabyte, megabyte]);
    const { reader } = await open();
    let size = 0;
    while (size < 12 * megabyte) {
      size += (await read(reader, 1)).length;
      await vi.advanceTimersByTimeAsync(20_000);
    }
    expect(size).toBeGreaterThan(12 * megabyte);
    await reader?.cancel();
    expect(roomOf(host).heldBytes).toBe(0);
  });
});
