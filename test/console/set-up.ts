import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** The page is bundled anew, so that no test sees that of yesterday. */
export default function setUp(): void {
  const build = join(import.meta.dirname, "../../src/console/build.ts");
  execFileSync(process.execPath, [build], { stdio: "inherit" });
}
