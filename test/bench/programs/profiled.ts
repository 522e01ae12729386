import process from "node:process";
import { invocationHandler } from "statefun";
import { cart, cartRequest } from "../cart.ts";
import { greeter, greeterRequest } from "../greeter.ts";

/** What `profile` runs under --cpu-prof: a function at a batch size, for so many milliseconds. */
const [name, ...numbers] = process.argv.slice(2);
const [batchSize = 1, durationMs = 5_000] = numbers.map(Number);
const isGreeter = name === "greeter";
const invoke = invocationHandler(isGreeter ? greeter : cart);
const request = isGreeter ? greeterRequest(batchSize) : cartRequest(batchSize);
const end = performance.now() + durationMs;
while (performance.now() < end) {
  for (let index = 0; index < 100; index += 1) await invoke(request);
}
