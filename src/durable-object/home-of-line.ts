import { deadLetterAddress, egressAddress } from "../engine/routing/system-addresses.ts";
import type { ExportLine } from "../export-format/records.ts";
import { addressFrom } from "../export-format/values.ts";
import { invalid, isOwnNamespace, reserved } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import { show } from "../internal/show.ts";
import type { WireAddress } from "../model/invocation.ts";

/** The address in whose object a record of an export belongs. Throws for one that no object can have. */
export function homeOf(line: ExportLine): WireAddress {
  switch (line.kind) {
    case "instance":
      return users("an instance", addressFrom(line));
    case "message":
      return users("the target of a message that waits", addressFrom(line.to));
    case "timer":
      // An object has the timers that its functions set; those from outside are at their target.
      return users("the sender of a delayed message", addressFrom(line.from ?? line.to));
    case "record":
      // One that is kept is with its egress, one that is to be delivered with who sent it.
      if (line.expiresAt !== undefined) return egressAddress(line.egress);
      return users("the sender of a record", addressFrom(line.from));
    case "dead-letter":
      return deadLetterAddress;
    case "key":
      return users("the target of a key", addressFrom(line.to));
    case "pause": {
      const { function: typename, id } = line;
      if (id !== undefined) return users("what is paused", { typename, id });
      const text = `${typename} is paused as a whole, which Durable Objects cannot do: resume it, or pause its instances, and export again`;
      throw new StateFunError("unsupported", text);
    }
    case "position": {
      const text = `a position of the source ${show(line.source)} cannot be imported into Durable Objects: they read from no broker`;
      throw new StateFunError("unsupported", text);
    }
    default:
      throw invalid(`${line.kind} is not a record`);
  }
}

function users(what: string, address: WireAddress): WireAddress {
  if (isOwnNamespace(address.typename)) throw reserved(what, address.typename);
  return address;
}
