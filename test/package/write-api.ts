import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { apiReports } from "./api-reports.ts";

// `npm run api`: writes the reports of what `npm run build` has built.
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = fileURLToPath(new URL("api/", import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, report] of apiReports(root)) writeFileSync(`${folder}${name}.api.md`, report);
