/**
 * `node --import from-source.ts process.ts STORE PAY-URL PORT`: the shop over a SQLite file. It prints the port on which it
 * answers, and ends when its input does, or when it is killed.
 */
import { once } from "node:events";
import { sqliteStore } from "statefun/sqlite";
import { remotePay } from "./application.ts";
import { runShop } from "./memory.ts";

const [, , path = "", payUrl = "", port = "0"] = process.argv;
const settings = { payUrl, payModule: remotePay, takesMails: () => false };
const shop = await runShop(settings, { store: sqliteStore(path), port: Number(port) });
console.log(shop.port);
process.stdin.resume();
await once(process.stdin, "end");
await shop.close();
