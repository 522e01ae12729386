import type { Action } from "../engine/contract/actions.ts";
import { deadLetterAddress } from "../engine/routing/system-addresses.ts";
import { StateFunError } from "../internal/errors.ts";
import type { WireAddress } from "../model/invocation.ts";

export const pauseFunctionLacks =
  "a function cannot be paused as a whole: its instances are in objects of their own, and the platform does not list them";

/** The address in whose object an action is done. Throws `unsupported` for one that is about more than one object. */
export function addressOfAction(action: Action): WireAddress {
  switch (action.kind) {
    case "replay":
    case "discard":
    case "replay-all":
    case "discard-all":
      return deadLetterAddress;
    case "pause":
    case "resume": {
      const { typename, id } = action;
      if (id === undefined) throw unsupported(pauseFunctionLacks);
      return { typename, id };
    }
    case "cancel-timer":
    case "fire-timer":
      if (action.address !== undefined) return action.address;
      throw unsupported(
        "the number of a timer is one of its object: name the instance that it is listed for, by function and id",
      );
    default:
      return action.address;
  }
}

function unsupported(text: string): StateFunError {
  return new StateFunError("unsupported", text);
}
