/** Writes the pages that the product says itself: its commands, and its administration as OpenAPI. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StatefulFunctions } from "statefun";
import { createRuntime } from "statefun/runtime";
import { stage, writePage } from "../stage.ts";
import { commandsPage } from "./commands.ts";
import { type OpenApi, openApiPage } from "./open-api.ts";

writePage("reference/cli", commandsPage());

const functions = new StatefulFunctions();
const runtime = await createRuntime({
  modules: [functions],
  http: { admin: { authenticate: "none" } },
});
const answer = await runtime.fetch(new Request("http://localhost/admin/openapi.json"));
const document: OpenApi = await answer.json();
await runtime.close();
writePage("reference/admin-api", openApiPage(document));
mkdirSync(join(stage, "public/files"), { recursive: true });
writeFileSync(
  join(stage, "public/files/admin.openapi.json"),
  JSON.stringify(document, undefined, 2),
);
