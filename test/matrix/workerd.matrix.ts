import { bindingsTest, recordedSuite, runtimeSuite } from "./matrix-suites.ts";
import { startWorker } from "./worker.ts";

runtimeSuite("workerd", startWorker, "contract", { retry: 3 });
recordedSuite("workerd", startWorker);
bindingsTest("workerd", startWorker, "contract", "bindings of the Worker");
