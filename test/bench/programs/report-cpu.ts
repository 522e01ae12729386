import { subscribe } from "node:diagnostics_channel";
import process from "node:process";

/** Tells the parent the port, and whenever it asks how much CPU this process has used for how many requests. */
export function reportCpu(port: number): void {
  let requests = 0;
  subscribe("http.server.request.start", () => {
    requests += 1;
  });
  process.send?.({ port });
  process.on("message", () => process.send?.({ cpu: process.cpuUsage(), requests }));
  process.on("disconnect", () => process.exit(0));
}
