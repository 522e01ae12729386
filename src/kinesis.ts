export { type KinesisRecord, kinesisEgress } from "./sdk/egress/kinesis-egress.ts";
