import { createServer } from "node:http";
import { loop } from "./loop.ts";

const server = createServer((request, response) => {
  loop(`http://localhost${request.url}`).then((done) => response.end(done));
});
server.listen(0, "127.0.0.1", () => {
  // A server that listens on TCP has such an address.
  console.log(JSON.stringify({ port: Object(server.address()).port }));
});
