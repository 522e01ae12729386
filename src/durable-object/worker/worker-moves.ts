import { exportedFunctions } from "../../host/moving/readables.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { AdminHost } from "../../surface/admin/admin-host.ts";
import type { ExportWant } from "../../surface/admin/moving-host.ts";
import type { SurfaceHost } from "../../surface/surface-host.ts";
import type { Placement } from "../object-names.ts";
import type { ObjectRpc } from "../object-rpc.ts";
import { exportPart } from "./export-part.ts";
import { type ExportedAddresses, exportedObjects } from "./exported-objects.ts";

/** Ids of the directory that are read at a time. */
const pageIds = 1_000;

/** What data is moved by. */
export interface MovesParts {
  readonly host: Pick<SurfaceHost, "functionOf" | "functions" | "keptEgress" | "keptEgresses">;
  readonly placement: Placement;
  /** Whether objects have other names than their addresses. */
  readonly isPlaced: boolean;
  readonly isPaused: boolean;
  readonly stub: (name: string, address: WireAddress) => ObjectRpc;
  readonly directory: { readonly isOn: boolean; isListed(typename: string): boolean };
  readonly instances: AdminHost["instances"];
}

/** A part of an export of all objects: those behind the name `after`. */
export async function exportObjects(
  parts: MovesParts,
  want: ExportWant,
): Promise<ReadableStream<Uint8Array>> {
  const { host, placement, isPlaced, isPaused, stub } = parts;
  const { after, since, objects: limit, isLive, values } = want;
  if (!isPaused && !isLive) {
    const text =
      "objects are exported one after another: deploy the application with the option paused, so that it is of one moment, or ask for live=true, by which each object is of a moment of its own";
    throw new StateFunError("conflict", text);
  }
  if (want.isListPart && isPlaced) {
    const text =
      "list=part needs objects that have the names of their addresses, and placement names them otherwise: send the whole list with each part";
    throw new StateFunError("unsupported", text);
  }
  const found = await exportedObjects(addressesOf(parts, want.addresses), placement, {
    ...{ after, isPlaced },
    limit: limit + 1,
  });
  return exportPart({
    objects: found.slice(0, limit),
    hasMore: found.length > limit,
    ...{ isLive, values, since },
    functions: exportedFunctions(host),
    stub: ({ name, address }) => stub(name, address),
  });
}

export function addressesOf(
  { host, directory, instances }: MovesParts,
  given: readonly WireAddress[] | undefined,
): ExportedAddresses {
  const typenames = Array.from(host.functions(), ({ typename }) => typename);
  const unlisted = typenames.find((typename) => !directory.isListed(typename));
  if (given === undefined && unlisted !== undefined) {
    const why = directory.isOn
      ? `${unlisted} is not among the functions of the option directory`
      : "the option directory of durableObjectEngine is off, and the platform does not list objects";
    const text = `${why}: POST the addresses, a line {"function": …, "id": …} for each, or switch the directory on`;
    throw new StateFunError("unsupported", text);
  }
  return {
    typenames: typenames.filter((typename) => directory.isListed(typename)),
    async *ids(typename, from) {
      let after = from;
      do {
        const page = await instances({
          ...{ typename, prefix: "", limit: pageIds },
          ...(after !== undefined && { after }),
        });
        yield page.instances.map(({ id }) => id);
        after = page.next;
      } while (after !== undefined);
    },
    given: given ?? [],
    keptEgresses: Array.from(host.keptEgresses(), ({ typename }) => typename),
  };
}
