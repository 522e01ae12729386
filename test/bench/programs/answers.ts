import { requestReplyHandler } from "statefun";
import { greeter } from "../greeter.ts";

type Answer = (request: Request) => Promise<Response>;

const answers: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ["echo", async (request) => new Response(await request.arrayBuffer())],
  ["handler", requestReplyHandler(greeter)],
]);

/** What a server answers with, itself and nothing around it: servers know the handler of the package. */
export function answerOf(kind: string | undefined): Answer {
  const answer = answers.get(kind ?? "");
  if (answer === undefined) throw new RangeError(`no answer ${kind}`);
  return answer;
}
