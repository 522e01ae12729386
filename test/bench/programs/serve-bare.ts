import { createServer } from "node:http";
import { reportCpu } from "./report-cpu.ts";

/** No function at all: reads the body, and answers with as many bytes. What is left is Node's HTTP. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.once("end", () => {
    const body = Buffer.concat(chunks);
    response.writeHead(200, {
      "content-type": "application/octet-stream",
      "content-length": body.length,
    });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  // A server that listens on TCP has such an address.
  reportCpu(Object(server.address()).port);
});
