import {
  bareTest,
  bindingsTest,
  closeTest,
  recordedSuite,
  runtimeSuite,
  servedTest,
} from "./matrix-suites.ts";
import { startBun } from "./starts.ts";

runtimeSuite("Bun", startBun);
recordedSuite("Bun", startBun);
bindingsTest("Bun", startBun, "contract", "no bindings");
closeTest("Bun", startBun);
servedTest("Bun", startBun);
bareTest("Bun", startBun);
