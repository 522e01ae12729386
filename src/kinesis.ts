export { type KinesisRecord, kinesisEgress } from "./sdk/kinesis-egress.ts";
