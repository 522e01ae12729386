/**
 * What the official SDKs export, and the members of it: of `apache-flink-statefun` 2.2.2 and 3.3.0 for Python,
 * 3.3.0 for JavaScript.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const python2Names: readonly string[] = words(`
  StatefulFunctions bind register for_type
  RequestReplyHandler AsyncRequestReplyHandler
  address caller SdkAddress namespace type identity typename
  send pack_and_send reply pack_and_reply send_after pack_and_send_after send_egress pack_and_send_egress
  context state AnyStateHandle value unpack pack bytes
  kafka_egress_record kinesis_egress_record
`);

export const python3Names: readonly string[] = words(`
  TypeSerializer serialize deserialize Type typename simple_type
  ValueSpec name type expire_after_call expire_after_write
  SdkAddress namespace id
  BoolType IntType FloatType DoubleType LongType StringType
  Message target_typename target_id typed_value value_typename raw_value
  is_int as_int is_bool as_bool is_long as_long is_string as_string is_float as_float is_double as_double
  is_type as_type EgressMessage message_builder int_value value value_type egress_message_builder
  kafka_egress_message topic key kinesis_egress_message stream partition_key explicit_hash_key
  Context address caller storage send send_after cancellation_token cancel_delayed_message send_egress
  StatefulFunctions bind register for_typename specs
  RequestReplyHandler handle_sync handle_async
  make_protobuf_type make_json_type
`);

export const javaScriptNames: readonly string[] = words(`
  StateFun bind handler handle intType stringType booleanType floatType jsonType protoType customType
  FunctionOpts typename fn specs ValueSpecOpts name type expireAfterCall expireAfterWrite
  Address namespace id fromParts fromTypeNameId
  Type serialize deserialize
  Context self caller storage send sendAfter cancelDelayedMessage
  Message targetAddress typedValue valueTypeName rawValueBytes is as
  isString asString isBoolean asBoolean isFloat asFloat isInt asInt
  messageBuilder value valueType egressMessageBuilder
  kafkaEgressMessage topic key kinesisEgressMessage stream partitionKey hashKey
`);
