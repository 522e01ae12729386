import type { InvocationBatch } from "../model/invocation.ts";
import { writeAddress } from "./address.ts";
import { type Dialect, writeArgument } from "./dialect.ts";
import { resultTag } from "./read-request.ts";
import { WireWriter } from "./wire-writer.ts";

/** `encodeRequest` of a codec. */
export function writeRequest(dialect: Dialect, batch: InvocationBatch): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter();
  writer.begin(resultTag);
  writeAddress(writer, 0x0a, batch.target);
  for (const [name, value] of batch.state) {
    writer.begin(0x12).text(0x0a, name);
    if (value !== undefined) dialect.writeState(writer, 0x12, value);
    writer.end();
  }
  for (const { caller, argument } of batch.invocations) {
    writer.begin(0x1a);
    if (caller !== undefined) writeAddress(writer, 0x0a, caller);
    writeArgument(dialect, writer, 0x12, argument);
    writer.end();
  }
  return writer.end().finish();
}
