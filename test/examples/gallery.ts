import { join } from "node:path";
import { blocksOf } from "../docs/blocks.ts";
import { root } from "../docs/documents.ts";

/** A folder of `examples` with an application, whose README says what to send and what comes out. */
export interface Example {
  readonly name: string;
  /** What `statefun dev` is given. */
  readonly entry: string;
  /** Whether a cluster can run it. */
  readonly isPortable: boolean;
  /** A record in a line, as the README shows it. @default key and value of a record for Kafka */
  readonly show?: (value: never) => string;
  /** Only the newest record of each key counts. @default false */
  readonly isNewest?: boolean;
}

interface Keyed {
  readonly key: string;
  readonly value: string;
}

const portable = [
  "greeter",
  "shopping-cart",
  "ride-hailing",
  "fraud-detection",
  "connected-components",
  "showcase",
  "order-saga",
  "iot-twin",
].map(
  (name): Example => ({
    name,
    entry: "functions.ts",
    isPortable: true,
    isNewest: name === "connected-components",
  }),
);

export const examples: readonly Example[] = [
  ...portable,
  {
    name: "chat-room",
    entry: "functions.ts",
    isPortable: false,
    show: ({ room, number, text }: { room: string; number: number; text: string }) =>
      `${room}: ${number} ${text}`,
  },
  {
    name: "web-shop",
    entry: "app.ts",
    isPortable: false,
    show: ({ to, template }: { to: string; template: string }) => `${to}: ${template}`,
  },
];

export const fileOf = ({ name }: Example, file: string): string =>
  join(root, "examples", name, file);

/** A message that the README sends. */
export interface Command {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const curl = /^curl localhost:8080(\/functions\S+)((?: -H '[^']*')*) -d '([^']*)'$/;

/** The requests of a README that send something. */
export function commandsOf({ name }: Example): readonly Command[] {
  const [block] = blocksOf(`examples/${name}/README.md`).filter(
    ({ language }) => language === "sh",
  );
  const lines = (block?.text ?? "").trim().split("\n");
  return lines
    .filter((line) => !line.startsWith("curl localhost:8080/egresses/"))
    .map((line) => {
      const [, path = "", headers = "", body = ""] = curl.exec(line) ?? [];
      if (path === "") throw new Error(`${name}: ${line} is not a request that is understood`);
      const pairs = Array.from(headers.matchAll(/-H '([^:]+): ([^']*)'/g), ([, key, value]) => [
        key,
        value,
      ]);
      return { path, headers: Object.fromEntries(pairs), body };
    });
}

/** What a README says that an egress has then, in an order that does not matter. */
export interface Expected {
  readonly egress: string;
  readonly lines: readonly string[];
}

export function expectedOf({ name }: Example): readonly Expected[] {
  return blocksOf(`examples/${name}/README.md`)
    .filter((block) => block.language === "text" && block.name.includes("/"))
    .map(({ name: egress, text }) => ({ egress, lines: text.trimEnd().split("\n").sort() }));
}

/** Values of an egress as the README shows them. */
export function linesOf({ show, isNewest }: Example, values: readonly unknown[]): string[] {
  const keyed = ({ key, value }: Keyed) => `${key}: ${value}`;
  const lines = values.map((value) => (show ?? keyed)(value as never));
  if (!isNewest) return lines.sort();
  const newest = new Map(lines.map((line) => [line.slice(0, line.indexOf(":")), line]));
  return [...newest.values()].sort();
}
