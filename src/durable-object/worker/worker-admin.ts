import { deadLetterAddress, egressAddress } from "../../engine/routing/system-addresses.ts";
import { cursorOf, idOfCursor } from "../../engine/views/id-cursor.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { AdminHost } from "../../surface/admin/admin-host.ts";
import { addressOfAction, pauseFunctionLacks } from "../action-address.ts";
import type { OperatorReads } from "../object-rpc.ts";
import { resultOf } from "../rpc-result.ts";
import { listed } from "./listing.ts";
import type { ObjectOf } from "./object-calls.ts";
import type { MovesParts } from "./worker-moves.ts";

const noDirectory =
  "the platform does not list objects: the option directory of durableObjectEngine keeps a list of addresses";

/** What cannot be read of many objects together. */
const always = {
  pauseFunction: pauseFunctionLacks,
  paused: "each object knows what is paused in it: look at an instance",
  troubles: "each object knows its own troubles: look at an instance",
  errors: "each object reports its own errors, to onError",
  figures: "objects are counted by the platform: there is no figure over all of them, and no rate",
  graph: "objects are not counted together: there is no graph of who sends to whom",
  rates: "objects are not counted together: the platform shows how many requests they get",
  recording: "each object knows only its own messages: a recording would have to ask all objects",
} as const satisfies AdminHost["lacks"];

/** All objects of an application, as operators see them. `isListed`: whether the directory has the addresses of a function. */
export function workerAdmin(
  of: ObjectOf,
  directory: { readonly isOn: boolean; isListed(typename: string): boolean },
  moves: Omit<MovesParts, "directory" | "instances">,
): AdminHost {
  const ask = <K extends keyof OperatorReads>(
    address: WireAddress,
    kind: K,
    asked: OperatorReads[K]["asked"],
  ): Promise<OperatorReads[K]["answer"]> => {
    const { name, object } = of(address);
    return resultOf(() => object.operate(name, kind, asked));
  };
  const lacks: AdminHost["lacks"] = directory.isOn ? always : { ...always, instances: noDirectory };
  const lacked = async (feature: keyof typeof always): Promise<never> => {
    throw unsupported(always[feature]);
  };
  /** `after` is an id here, and no cursor. */
  const behind: AdminHost["instances"] = async ({ typename, prefix = "", after, limit, is }) => {
    if (lacks.instances !== undefined) throw unsupported(lacks.instances);
    if (is !== undefined) throw unsupported("the directory has only ids: leave out `is`");
    if (!directory.isListed(typename)) {
      throw unsupported(`${typename} is not among the functions of the option directory`);
    }
    const want = { typename, prefix, after, limit };
    const page = await listed((shard, share) => ask(shard, "ids", share), want);
    return { instances: page.ids.map((id) => ({ id })), next: page.next };
  };
  const admin: AdminHost = {
    lacks,
    async instances({ after, ...want }) {
      const place = after === undefined ? {} : { after: idOfCursor(after) };
      const { instances, next } = await behind({ ...want, ...place });
      return { instances, next: next === undefined ? undefined : cursorOf(next) };
    },
    instance: (address) => ask(address, "instance", { address }),
    async timers(want) {
      const { typename, id } = want;
      if (typename === undefined || id === undefined) {
        throw unsupported("timers are listed for one instance: name it by function and id");
      }
      return ask({ typename, id }, "timers", want);
    },
    deadLetters: (filter, after, limit, maxBytes) =>
      ask(deadLetterAddress, "dead", { filter, after, limit, maxBytes }),
    newestDeadLetters: (filter, after, limit, maxBytes) =>
      ask(deadLetterAddress, "newestDead", { filter, after, limit, maxBytes }),
    newestKept: (egress, before, limit, maxBytes) =>
      ask(egressAddress(egress), "newestKept", { egress, before, limit, maxBytes }),
    deadGroups: (filter) => ask(deadLetterAddress, "deadGroups", { filter }),
    // That this is not all is said by `lacks`.
    paused: async () => [],
    troubles: () => lacked("troubles"),
    errors: () => lacked("errors"),
    async act(order) {
      const { name, object } = of(addressOfAction(order.action));
      return resultOf(() => object.act(name, order));
    },
    figures: () => lacked("figures"),
    graph: () => lacked("graph"),
    rates: () => lacked("rates"),
    async export(want) {
      const { exportObjects } = await import("./worker-moves.ts");
      return exportObjects({ ...moves, directory, instances: behind }, want);
    },
    async importPart(want) {
      const { importObjects } = await import("./import-part.ts");
      return importObjects(moves, want);
    },
    async abandonPart(want, by) {
      const { abandonInObjects } = await import("./abandon-objects.ts");
      return abandonInObjects({ ...moves, directory, instances: behind }, want, by);
    },
  };
  return admin;
}

function unsupported(text: string): StateFunError {
  return new StateFunError("unsupported", text);
}
