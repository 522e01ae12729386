import type { ProtocolCodec } from "../codec.ts";
import { createCodec } from "../create-codec.ts";
import { dialectV2 } from "./dialect.ts";

/** The wire of StateFun 2.0 to 2.2. */
export const codecV2: ProtocolCodec = /* @__PURE__ */ createCodec(dialectV2);
