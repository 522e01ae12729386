import type { ProtocolCodec } from "../codec.ts";
import { createCodec } from "../create-codec.ts";
import { kafkaRecordNames, kinesisRecordNames } from "../record-names.ts";
import { dialectV2 } from "./dialect.ts";

/** The wire of StateFun 2.0 to 2.2. */
export const codecV2: ProtocolCodec = /* @__PURE__ */ createCodec(
  dialectV2,
  /* @__PURE__ */ new Map([
    [kafkaRecordNames.v3, kafkaRecordNames.v2],
    [kinesisRecordNames.v3, kinesisRecordNames.v2],
  ]),
);
