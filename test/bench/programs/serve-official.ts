import { createServer } from "node:http";
import { official } from "../official.ts";
import { officialSmoke } from "../smoke-official.ts";
import { reportCpu } from "./report-cpu.ts";

const functions = new official.StateFun();
functions.bind(officialSmoke);

const server = createServer(functions.handler());
server.listen(0, "127.0.0.1", () => {
  // A server that listens on TCP has such an address.
  reportCpu(Object(server.address()).port);
});
