import {
  bareTest,
  bindingsTest,
  closeTest,
  recordedSuite,
  runtimeSuite,
  servedTest,
} from "./matrix-suites.ts";
import { startDeno } from "./starts.ts";

runtimeSuite("Deno", startDeno);
recordedSuite("Deno", startDeno);
bindingsTest("Deno", startDeno, "contract", "no bindings");
closeTest("Deno", startDeno);
servedTest("Deno", startDeno);
bareTest("Deno", startDeno);
