import { StateFunError } from "../../internal/errors.ts";
import {
  type DurableObjectStorageLike,
  durableObjectDriver,
} from "../../store/drivers/durable-object-driver.ts";
import { createObjectStore } from "../../store/object/object-store.ts";
import { ownedName } from "./owner-mark.ts";

/** Where earlier versions kept a name that the platform does not give: a row of a table of its own. */
const nameKey = "statefun-name";

/**
 * The name of an object that was not given it in this life, from its storage. The platform gives none that is longer than
 * 1,024 bytes, and none to an object that was found by its id as a text.
 */
export async function storedName(
  storage: DurableObjectStorageLike,
  report: (error: unknown) => void,
): Promise<string> {
  const store = createObjectStore(() => durableObjectDriver(storage));
  const { identity } = await store.open(report);
  store.close();
  const name = ownedName(identity) ?? storage.kv.get(nameKey);
  if (typeof name === "string") return name;
  const text =
    "the platform gives the object no name, and its storage has none: the next message to the object brings it";
  throw new StateFunError("misconfigured", text);
}
