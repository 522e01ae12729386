import type { ProtocolCodec } from "../codec.ts";
import { createCodec } from "../create-codec.ts";
import { dialectV3 } from "./dialect.ts";

/** The wire of StateFun 3.0 and later. The model has its names of records. */
export const codecV3: ProtocolCodec = /* @__PURE__ */ createCodec(
  dialectV3,
  /* @__PURE__ */ new Map(),
);
