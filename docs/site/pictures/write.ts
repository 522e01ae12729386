/** `node docs/site/pictures/write.ts` writes the pictures of the concepts into `docs/pictures/concepts`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pictureFiles } from "./files.ts";

const folder = fileURLToPath(new URL("../../pictures/concepts/", import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, text] of pictureFiles()) writeFileSync(`${folder}${name}`, text);
