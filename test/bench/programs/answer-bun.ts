import { serve } from "statefun/bun";
import { answerOf } from "./answers.ts";

/** What is used here of the global `Bun`. */
declare const Bun: { readonly argv: readonly string[] };

const { port } = await serve({ fetch: answerOf(Bun.argv[2]), port: 0 });
console.log(JSON.stringify({ port }));
