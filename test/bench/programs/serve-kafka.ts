import { requestReplyHandler } from "statefun";
import { serve } from "statefun/node";
import { functions } from "../kafka/app.ts";
import { reportCpu } from "./report-cpu.ts";

const { port } = await serve({ fetch: requestReplyHandler(functions), port: 0 });
reportCpu(port);
