/** Egress records kept their fields and changed their package with 3.0. The model has the newer names. */
interface RecordNames {
  readonly v2: string;
  readonly v3: string;
}

export const kafkaRecordNames: RecordNames = {
  v2: "type.googleapis.com/org.apache.flink.statefun.flink.io.KafkaProducerRecord",
  v3: "type.googleapis.com/io.statefun.sdk.egress.KafkaProducerRecord",
};

export const kinesisRecordNames: RecordNames = {
  v2: "type.googleapis.com/org.apache.flink.statefun.flink.io.KinesisEgressRecord",
  v3: "type.googleapis.com/io.statefun.sdk.egress.KinesisEgressRecord",
};
