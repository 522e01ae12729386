import { serve } from "statefun/deno";
import { answerOf } from "./answers.ts";

/** What is used here of the global `Deno`. */
declare const Deno: { readonly args: readonly string[] };

const { port } = await serve({ fetch: answerOf(Deno.args[0]), port: 0 });
console.log(JSON.stringify({ port }));
