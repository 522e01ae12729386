import { invalid } from "../../../internal/assert.ts";
import { show } from "../../../internal/show.ts";
import type { SurfaceResponse } from "../../answers.ts";
import { clipped } from "../../json/clipped.ts";
import { choice, list, object, ref, text } from "../../openapi/schema.ts";
import { limitOf } from "../../routes/pages.ts";
import type { AdminCall } from "../admin-call.ts";
import type { InstancesWant, ListedRow } from "../admin-host.ts";
import type { AdminRoute } from "../admin-route.ts";
import { assertHas } from "../assert-has.ts";
import { afterCursor, limit } from "../parameters.ts";
import { shownTrouble } from "../trouble-json.ts";
import { answerRead, fitting } from "./answer-read.ts";
import { functionOf } from "./instance.ts";

const kinds = ["troubled", "waiting", "paused"] as const;

export const instancesRow: AdminRoute = {
  method: "GET",
  path: "/admin/instances/{namespace}/{name}",
  does: "read",
  summary: "Instances of a function that have a state, a waiting message or a timer, or are paused",
  query: [
    { name: "prefix", text: "Ids that begin with it", schema: text },
    { name: "is", text: "Only these", schema: choice(...kinds) },
    afterCursor,
    limit,
  ],
  answers: {
    "200": {
      text: "A page of instances in order of their ids; `next` is absent at the end",
      schema: object({ instances: list(ref("InstanceRow")), "next?": text }),
    },
    "501": { text: "This engine cannot list instances" },
  },
  answer: instancesRoute,
};

async function instancesRoute(call: AdminCall): Promise<SurfaceResponse> {
  const { names, host, admin, query, room, request } = call;
  const { typename } = functionOf(names.join("/"), host);
  assertHas(admin, "instances");
  const prefix = query.get("prefix");
  const after = query.get("after");
  const is = kindOf(query.get("is"));
  const limit = limitOf(query);
  return room.turn(request, async () => {
    const want: InstancesWant = {
      typename,
      limit,
      ...(prefix === null ? {} : { prefix }),
      ...(after === null ? {} : { after }),
      ...(is === undefined ? {} : { is }),
    };
    for (let most = limit; ; ) {
      const { instances, next } = await admin.instances({ ...want, limit: most });
      const page = fitting(instances.map(shownInstance), most);
      if (page.length === instances.length) {
        return answerRead({ instances: page, ...(next === undefined ? {} : { next }) });
      }
      // Long ids and reasons: the same page again, as long as an answer has room for. They may have grown meanwhile.
      most = page.length;
    }
  });
}

function kindOf(given: string | null): InstancesWant["is"] {
  if (given === null) return undefined;
  const kind = kinds.find((one) => one === given);
  if (kind !== undefined) return kind;
  throw invalid(`is must be ${kinds.join(", ")}, got ${show(given)}`);
}

function shownInstance({ id, waiting, states, ...rest }: ListedRow): object {
  return { id: clipped(id), waiting, ...shownCondition(rest), states };
}

/** What an instance is doing, or why it does not. */
function shownCondition({
  oldestMs,
  isRunning,
  isPaused,
  stateBytes,
  trouble,
}: Pick<ListedRow, "oldestMs" | "isRunning" | "isPaused" | "stateBytes" | "trouble">): object {
  return {
    ...(oldestMs === undefined ? {} : { oldestMs }),
    running: isRunning,
    paused: isPaused,
    ...(stateBytes === undefined ? {} : { stateBytes }),
    ...(trouble === undefined ? {} : { trouble: shownTrouble(trouble) }),
  };
}
