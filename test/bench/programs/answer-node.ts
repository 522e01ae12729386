import process from "node:process";
import { serve } from "statefun/node";
import { answerOf } from "./answers.ts";

const { port } = await serve({ fetch: answerOf(process.argv[2]), port: 0 });
console.log(JSON.stringify({ port }));
