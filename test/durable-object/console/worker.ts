import { StatefulFunctions, string } from "statefun";
import { consoleApp } from "statefun/console";
import { durableObjectEngine } from "statefun/durable-object";

const functions = new StatefulFunctions("console");
functions.bind("shop/cart", { accepts: string, state: { last: string } }, (context, text) => {
  context.state.last = text;
});

interface Env {
  readonly STATEFUN: { idFromName(name: string): unknown; get(id: never): unknown };
}

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  http: {
    admin: {
      authenticate: ({ headers }) => headers.get("authorization") === "Bearer operator",
      console: consoleApp({ name: "production" }),
    },
  },
  onError: () => {},
});

export class StatefulObject extends engine.StatefulObject {}

export default engine.worker;
