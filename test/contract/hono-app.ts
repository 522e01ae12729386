import { Hono } from "hono";
import { statefun } from "statefun/hono";
import { observed, routes } from "./app.ts";
import { type ContractEnv, contractFunctions } from "./functions.ts";

/** The same routes as a Hono application. `all` instead of `post`, so that the handler says 405 itself. */
export const app = new Hono<{ Bindings: ContractEnv }>();

app.get("/observed", observed);
for (const [path, options] of routes) app.all(path, statefun(contractFunctions, options));
