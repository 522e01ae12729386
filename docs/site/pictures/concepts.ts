import type { Pen } from "./draw.ts";

export interface Picture {
  readonly name: string;
  readonly height: number;
  /** What a reader hears who does not see it. It is also the text in the page. */
  readonly text: string;
  readonly draw: (pen: Pen) => readonly string[];
}

export const pictures: readonly Picture[] = [
  {
    name: "function",
    height: 190,
    text: "One function demo/cart, and three instances of it with the ids ann, ben and zoe, each with a state of its own",
    draw: ({ box, arrow }) => [
      box([20, 65, 130, 60], "demo/cart", { below: "the function", tone: "accent" }),
      ...["ann", "ben", "zoe"].flatMap((id, index) => {
        const y = 14 + index * 58;
        return [
          arrow([150, 95], [258, y + 23]),
          box([262, y, 198, 46], `demo/cart/${id}`, { below: `items: ${index + 1}` }),
        ];
      }),
    ],
  },
  {
    name: "instance",
    height: 190,
    text: "Messages from other functions and from outside reach an instance by its address. It has a mailbox, a state and timers",
    draw: ({ box, frame, arrow, text, envelope }) => [
      text([8, 62], "functions", { anchor: "start", size: 13 }),
      text([8, 142], "outside", { anchor: "start", size: 13 }),
      arrow([74, 58], [146, 78]),
      arrow([74, 137], [146, 117]),
      frame([150, 36, 316, 132], "demo/cart/zoe"),
      box([164, 58, 112, 84], "mailbox"),
      ...[0, 1, 2].map((index) => envelope(174 + index * 32, 114)),
      arrow([276, 100], [330, 100]),
      box([334, 50, 118, 48], "state", { below: "items, coupon", tone: "accent" }),
      box([334, 108, 118, 48], "timers", { below: "in 60 s: remind" }),
    ],
  },
  {
    name: "mailbox",
    height: 170,
    text: "Messages from two senders wait in one mailbox. Each sender's messages keep their order. The instance takes them from the head",
    draw: ({ box, arrow, text, envelope }) => [
      box([12, 18, 84, 42], "a"),
      box([12, 104, 84, 42], "b"),
      arrow([96, 39], [156, 72]),
      arrow([96, 125], [156, 92]),
      text([250, 52], "mailbox", { size: 12, isSoft: true }),
      ...["b2", "a2", "b1", "a1"].flatMap((name, index) => [
        envelope(164 + index * 44, 66, name.startsWith("a") ? "accent" : "plain"),
        text([178 + index * 44, 104], name, { size: 12 }),
      ]),
      arrow([340, 77], [378, 77]),
      box([382, 52, 88, 50], "instance", { tone: "accent" }),
      text([250, 140], "a1 before a2, b1 before b2", { size: 12, isSoft: true }),
    ],
  },
  {
    name: "batch",
    height: 210,
    text: "Three messages of one instance run one after another. Their state, messages and records are stored together or not at all",
    draw: ({ box, frame, arrow, envelope, store, text }) => [
      frame([12, 40, 298, 108], "one batch"),
      ...[1, 2, 3].flatMap((number, index) => {
        const x = 28 + index * 98;
        return [
          envelope(x + 20, 54),
          box([x, 88, 72, 44], `run ${number}`),
          ...(index < 2 ? [arrow([x + 72, 110], [x + 96, 110])] : []),
        ];
      }),
      arrow([310, 96], [360, 96], "all", { tone: "accent" }),
      store([364, 52, 104, 88], "store"),
      text([416, 160], "state", { size: 12, isSoft: true }),
      text([416, 176], "messages", { size: 12, isSoft: true }),
      text([416, 192], "egress records", { size: 12, isSoft: true }),
      text([160, 176], "one after another", { size: 12, isSoft: true }),
    ],
  },
  {
    name: "state",
    height: 180,
    text: "Before a batch the state is read from the store; the handler changes it in memory; after the batch what changed is written",
    draw: ({ box, arrow, store, text }) => [
      store([16, 50, 104, 84], "store"),
      arrow([120, 76], [196, 76], "read"),
      box([200, 46, 150, 92], "handler", { below: "context.state.x", tone: "accent" }),
      arrow([196, 112], [120, 112]),
      text([158, 130], "write", { size: 12, isSoft: true }),
      arrow([464, 92], [354, 92], "message"),
      text([240, 166], "visits: 41 becomes visits: 42", { size: 12, isSoft: true }),
    ],
  },
  {
    name: "ingress",
    height: 190,
    text: "Records of a Kafka topic and requests over HTTP are routed to addresses, and become messages in mailboxes",
    draw: ({ box, arrow, envelope, text }) => [
      box([10, 24, 112, 50], "Kafka", { below: "topic logins" }),
      box([10, 112, 112, 50], "HTTP", { below: "POST" }),
      arrow([122, 49], [186, 82]),
      arrow([122, 137], [186, 104]),
      box([190, 66, 96, 54], "route", { below: "which id?", tone: "accent" }),
      arrow([286, 84], [352, 50]),
      arrow([286, 102], [352, 138]),
      box([356, 22, 114, 50], "greeter/ann"),
      box([356, 112, 114, 50], "greeter/zoe"),
      envelope(306, 34),
      envelope(306, 134),
      text([238, 152], "key of the record", { size: 12, isSoft: true }),
    ],
  },
  {
    name: "egress",
    height: 190,
    text: "A record that a function emits is stored with the batch, then delivered until the receiver has taken it, always with the same id",
    draw: ({ box, arrow, store, text }) => [
      box([10, 60, 100, 54], "function", { tone: "accent" }),
      arrow([110, 87], [160, 87], "emit"),
      store([164, 46, 96, 82], "store"),
      arrow([260, 78], [364, 78], "deliver", { tone: "accent" }),
      arrow([260, 104], [364, 104], "", { isDashed: true }),
      text([312, 124], "again, same id", { size: 12, isSoft: true }),
      box([368, 60, 102, 54], "receiver", { below: "Kafka, HTTP" }),
      text([212, 158], "with the state of the batch", { size: 12, isSoft: true }),
    ],
  },
  {
    name: "dead-letter",
    height: 200,
    text: "A message fails, is tried again, and after its attempts becomes a dead letter, which an operator can replay or discard",
    draw: ({ box, arrow, envelope, text }) => [
      envelope(12, 50),
      arrow([44, 60], [84, 60]),
      ...[1, 2, 3].flatMap((number, index) => {
        const x = 88 + index * 88;
        return [
          box([x, 38, 66, 44], `try ${number}`, { tone: "alarm" }),
          ...(index < 2 ? [arrow([x + 66, 60], [x + 86, 60])] : []),
        ];
      }),
      arrow([330, 60], [364, 60], "", { tone: "alarm" }),
      box([368, 32, 102, 56], "dead letter", { below: "with its error", tone: "alarm" }),
      arrow([418, 88], [418, 142], "", { isDashed: true }),
      arrow([366, 156], [30, 156], "replay", { isDashed: true }),
      arrow([26, 152], [26, 78], "", { isDashed: true }),
      text([420, 161], "operator", { size: 13 }),
      text([198, 26], "waits in between", { size: 12, isSoft: true }),
    ],
  },
  {
    name: "engine",
    height: 220,
    text: "One file, functions.ts, runs on three engines: one process with a SQLite file, Durable Objects with their storage, and a Flink cluster that calls it over HTTP",
    draw: ({ box, arrow, store }) => [
      box([10, 84, 118, 54], "functions.ts", { tone: "accent" }),
      ...(
        [
          ["one process", "Node, Deno, Bun", "SQLite"],
          ["Durable Objects", "Cloudflare Workers", "storage"],
          ["Flink cluster", "calls over HTTP", "RocksDB"],
        ] as const
      ).flatMap(([name, below, kept], index) => {
        const y = 14 + index * 68;
        return [
          arrow([128, 111], [188, y + 28]),
          box([192, y, 152, 56], name, { below }),
          arrow([344, y + 28], [378, y + 28]),
          store([382, y, 88, 56], kept),
        ];
      }),
    ],
  },
  {
    name: "window",
    height: 210,
    text: "Steps of several instances that end within a few milliseconds form one window. It is written to the store by one commit; only then answers and records leave",
    draw: ({ box, frame, arrow, store, text }) => [
      frame([10, 38, 210, 142], "window: about 5 ms"),
      box([24, 54, 84, 32], "ann"),
      box([120, 54, 84, 32], "zoe"),
      box([60, 96, 84, 32], "ben"),
      box([120, 138, 84, 32], "zoe"),
      arrow([220, 109], [280, 109], "commit", { tone: "accent" }),
      store([284, 66, 84, 84], "store"),
      arrow([368, 88], [404, 70]),
      arrow([368, 108], [404, 108]),
      arrow([368, 128], [404, 146]),
      text([410, 68], "receipts", { anchor: "start", size: 13 }),
      text([410, 112], "answers", { anchor: "start", size: 13 }),
      text([410, 156], "records", { anchor: "start", size: 13 }),
    ],
  },
  {
    name: "exactly-once",
    height: 220,
    text: "Within the engine each effect happens once. At the border a sender repeats with an idempotency key and the repetition is recognised; a record leaves at least once with an id that a receiver can recognise",
    draw: ({ box, frame, arrow, text }) => [
      box([8, 84, 84, 50], "sender"),
      arrow([92, 96], [158, 96], "key k", { tone: "accent" }),
      arrow([92, 122], [158, 122], "", { isDashed: true }),
      text([124, 142], "k again", { size: 12, isSoft: true }),
      frame([162, 40, 156, 140], "engine: once"),
      box([178, 62, 124, 40], "state", { tone: "accent" }),
      box([178, 118, 124, 40], "messages", { tone: "accent" }),
      arrow([318, 96], [384, 96], "id 7", { tone: "accent" }),
      arrow([318, 122], [384, 122], "", { isDashed: true }),
      text([352, 142], "7 again", { size: 12, isSoft: true }),
      box([388, 84, 84, 50], "receiver"),
      text([50, 162], "at least once", { size: 12, isSoft: true }),
      text([430, 162], "at least once", { size: 12, isSoft: true }),
      text([240, 206], "key and id make it once from end to end", { size: 12, isSoft: true }),
    ],
  },
  {
    name: "layers",
    height: 250,
    text: "One process and Durable Objects are shells around one engine with a store; the handler of a Flink cluster has none. All of them run the same step, which runs your handlers",
    draw: ({ box, arrow, store }) => [
      box([10, 12, 140, 50], "one process"),
      box([170, 12, 140, 50], "Durable Objects"),
      box([330, 12, 140, 50], "handler", { below: "for a Flink cluster" }),
      arrow([80, 62], [120, 98]),
      arrow([240, 62], [200, 98]),
      arrow([400, 62], [350, 182]),
      box([80, 102, 160, 46], "engine"),
      arrow([240, 125], [252, 125]),
      store([256, 96, 70, 58], "store"),
      arrow([160, 148], [160, 182]),
      box([80, 186, 320, 52], "execute: one step", {
        below: "runs your handlers, gives effects",
        tone: "accent",
      }),
    ],
  },
];
