import { sqliteStore } from "statefun/sqlite";
import { startChat } from "./app.ts";

const port = Number(process.env["PORT"] ?? 8080);
const chat = await startChat(sqliteStore(process.env["STORE"] ?? "chat.db"), { port });
console.log(`listening on ${chat.url}`);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => chat.close());
