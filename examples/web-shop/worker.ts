import { consoleApp } from "statefun/console";
import { durableObjectEngine } from "statefun/durable-object";
import app from "./app.ts";

interface Env {
  readonly STATEFUN: DurableObjectNamespace;
}

const engine = durableObjectEngine<Env>({
  ...app,
  binding: "STATEFUN",
  // For the lists of the console.
  directory: true,
  // For your machine. A Worker on the internet needs a token, and one for operators: see docs/console.md.
  http: {
    expose: "all",
    authenticate: "none",
    admin: { authenticate: "none", console: consoleApp({ name: "shop" }) },
  },
});

export class StatefulObject extends engine.StatefulObject {}

export default engine.worker;
