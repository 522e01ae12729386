import { answerOf } from "./answers.ts";

interface Env {
  readonly KIND: string;
}

export default {
  fetch: (request: Request, { KIND }: Env): Promise<Response> => answerOf(KIND)(request),
};
