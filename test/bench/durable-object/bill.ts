/** What a message costs, in the units that the platform bills. */
export interface Usage {
  /** To objects: sends, calls and RPCs between them, and alarms that go off. */
  readonly requests: number;
  readonly rowsWritten: number;
  readonly rowsRead: number;
  /** Of objects, in seconds of 128 MB. */
  readonly seconds: number;
}

/**
 * Prices of the Workers Paid plan in US dollars, with what is included, from
 * developers.cloudflare.com/durable-objects/platform/pricing and developers.cloudflare.com/workers/platform/pricing
 * (looked up in November 2026). Amounts are in millions.
 */
const plan = 5;
const prices = {
  workerRequests: { included: 10, each: 0.3 },
  workerCpuMs: { included: 30, each: 0.02 },
  objectRequests: { included: 1, each: 0.15 },
  gigabyteSeconds: { included: 0.4, each: 12.5 },
  rowsWritten: { included: 50, each: 1 },
  rowsRead: { included: 25_000, each: 0.001 },
} as const;

/** Assumed, of the Worker in front, for each message. */
const cpuMs = 2;
const gigabytes = 0.128;

/** What so many million messages cost in a month. */
export function monthlyBill(usage: Usage, millions: number): number {
  const of = (kind: keyof typeof prices, each: number): number => {
    const { included, each: price } = prices[kind];
    return Math.max(0, each * millions - included) * price;
  };
  return (
    plan +
    of("workerRequests", 1) +
    of("workerCpuMs", cpuMs) +
    of("objectRequests", usage.requests) +
    of("gigabyteSeconds", usage.seconds * gigabytes) +
    of("rowsWritten", usage.rowsWritten) +
    of("rowsRead", usage.rowsRead)
  );
}
