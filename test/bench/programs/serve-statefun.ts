import { requestReplyHandler } from "statefun";
import { serve } from "statefun/node";
import { smoke } from "../smoke.ts";
import { reportCpu } from "./report-cpu.ts";

const { port } = await serve({ fetch: requestReplyHandler(smoke), port: 0 });
reportCpu(port);
