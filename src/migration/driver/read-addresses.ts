import { assertTypename, invalid, isRecord } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { reasonOf, show } from "../../internal/show.ts";
import type { Address } from "../../sdk/addressing/address.ts";

type Pieces = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/**
 * Instances from a list of text, one a line: `demo/counter some id`, where everything behind the first space is the id, or JSON like
 * `{"typename":"demo/counter","id":"some id"}`. Empty lines are skipped. Throws with the number of a line that is none of these.
 */
export async function* readAddresses(pieces: Pieces): AsyncGenerator<Address, void, undefined> {
  let number = 0;
  for await (const line of linesOf(pieces)) {
    number++;
    if (line === "") continue;
    try {
      yield addressOf(line);
    } catch (error) {
      const text = `line ${number} of the list of instances: ${reasonOf(error)}`;
      throw new StateFunError("invalid_argument", text, { cause: error });
    }
  }
}

async function* linesOf(pieces: Pieces): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  for await (const piece of pieces) {
    rest += typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
    const lines = rest.split(/\r?\n/);
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest + decoder.decode();
}

function addressOf(line: string): Address {
  const { typename, id } = line.startsWith("{") ? jsonAddress(line) : plainAddress(line);
  assertTypename(typename, "the typename");
  return { typename, id };
}

function plainAddress(line: string): { readonly typename: string; readonly id: string } {
  const space = line.indexOf(" ");
  if (space < 0) throw invalid(`expected a typename, a space and an id, got ${show(line)}`);
  return { typename: line.slice(0, space), id: line.slice(space + 1) };
}

function jsonAddress(line: string): { readonly typename: unknown; readonly id: string } {
  const value: unknown = JSON.parse(line);
  // `function` is how lines of an export say it.
  const { typename, function: named, id } = isRecord(value) ? value : {};
  if (typeof id !== "string") throw invalid(`id must be a string, got ${show(id)}`);
  return { typename: typename ?? named, id };
}
