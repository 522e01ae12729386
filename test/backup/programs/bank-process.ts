/**
 * `node --import from-source.ts bank-process.ts STORE FOLDER`: pays without end, and makes one backup after another into the
 * folder. Says before each which order of each account was acknowledged, and afterwards that it is there.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { books, ids, openBank } from "../bank.ts";

const [, , path = "", folder = ""] = process.argv;
const bank = await openBank(path);
const { last } = await books(bank);
const acknowledged = [...last];
const next = last.map((n) => n + 1);
let waiting = 0;

function pay(): void {
  while (waiting < 300) {
    const from = Math.floor(Math.random() * ids.length);
    const to = ids[Math.floor(Math.random() * ids.length)] ?? "";
    const n = next[from] ?? 0;
    next[from] = n + 1;
    waiting += 1;
    const order = { n, to, amount: 1 + Math.floor(Math.random() * 9) };
    const sent = bank.runtime.send(bank.account.at(String(from)), order);
    void sent.then(() => {
      // In the order in which they were sent.
      acknowledged[from] = Math.max(acknowledged[from] ?? 0, n);
      waiting -= 1;
    });
  }
  setTimeout(pay, 1);
}

// A pipe is written at once, so a killed process has said what it has done.
const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

pay();
for (let number = readdirSync(folder).length; ; number += 1) {
  const name = `${number}-${process.pid}.db`;
  say({ begun: name, acknowledged });
  await bank.runtime.backup(join(folder, name));
  say({ done: name });
}
