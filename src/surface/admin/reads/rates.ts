import type { SurfaceResponse } from "../../answers.ts";
import { namesOf, unknownFunction } from "../../exposure.ts";
import { ref } from "../../openapi/schema.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";
import { assertHas } from "../assert-has.ts";
import { functionParameter } from "../parameters.ts";
import { answerRead } from "./answer-read.ts";

/** What a chart shows. */
export const ratesRow: AdminRoute = {
  method: "GET",
  path: "/admin/rates",
  does: "read",
  summary:
    "What was handled, has failed and has waited in the last ten minutes, in steps of five seconds",
  query: [{ ...functionParameter, text: "One function, instead of the 50 with most traffic" }],
  answers: {
    "200": {
      text: "120 steps, oldest first. The step that has not ended is not among them",
      schema: ref("Rates"),
    },
    "404": { text: "There is no such function" },
    "501": { text: "This engine does not count them" },
  },
  answer: ratesRoute,
};

async function ratesRoute({ admin, host, query }: AdminCall): Promise<SurfaceResponse> {
  assertHas(admin, "rates");
  const typename = query.get("function") ?? undefined;
  if (typename !== undefined && host.functionOf(typename) === undefined) {
    throw unknownFunction(typename, namesOf(host.functions()));
  }
  return answerRead(await admin.rates(typename));
}
