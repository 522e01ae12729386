/**
 * What the official SDKs export, and the members of it: of `apache-flink-statefun` 2.2.2 and 3.3.0 for Python,
 * 3.3.0 for JavaScript, `statefun-sdk-java`, `statefun-sdk-go` and `statefun-sdk-embedded` 3.3.0. Without what every
 * object of Java has, and without what is marked as internal.
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

export const javaNames: readonly string[] = words(`
  Address type id AddressScopedStorage get set remove
  Context self caller send sendAfter cancelDelayedMessage storage done
  Expiration expireAfterWriting expireAfterCall expireAfter none mode duration
  StatefulFunction apply StatefulFunctionSpec builder typeName knownValues supplier
  withValueSpec withValueSpecs withSupplier build StatefulFunctions withStatefulFunction functionSpecs requestReplyHandler
  TypeName typeNameOf typeNameFromString namespace name asTypeNameString
  ValueSpec named thatExpireAfterWrite thatExpiresAfterCall
  withIntType withLongType withFloatType withDoubleType withUtf8StringType withBooleanType withCustomType
  RequestReplyHandler handle ConcurrentRequestReplyHandler
  KafkaEgressMessage forEgress withTopic withUtf8Key withKey withUtf8Value withValue
  KinesisEgressMessage withStream withUtf8PartitionKey withPartitionKey withUtf8ExplicitHashKey
  Message targetAddress isLong asLong isUtf8String asUtf8String isInt asInt isBoolean asBoolean
  isFloat asFloat isDouble asDouble is as valueTypeName rawValue
  MessageBuilder forAddress fromMessage withTargetAddress
  EgressMessage targetEgressId egressMessageValueType egressMessageValueBytes EgressMessageBuilder
  Slice Slices IllegalStorageAccessException
  SideEffects sentMessage sentAfter sentEgress
  TestContext forTarget forTargetWithCaller getSentMessages getSentDelayedMessages getSentEgressMessages
  SimpleType simpleTypeFrom simpleImmutableTypeFrom Type typeSerializer typeCharacteristics
  TypeCharacteristics IMMUTABLE_VALUES TypeSerializer serialize deserialize
  Types BOOLEAN_TYPENAME INTEGER_TYPENAME FLOAT_TYPENAME LONG_TYPENAME DOUBLE_TYPENAME STRING_TYPENAME
  longType stringType integerType booleanType floatType doubleType
`);

export const goNames: readonly string[] = words(`
  CancellationToken Token NewCancellationToken
  Context Self Caller Send SendAfter SendAfterWithCancellationToken CancelDelayedMessage SendEgress Storage DeriveContext
  KafkaEgressBuilder Target Topic Key Value ValueType KinesisEgressBuilder Stream PartitionKey ExplicitHashKey
  GenericEgressBuilder
  StatefulFunctions WithSpec AsHandler RequestReplyHandler Invoke ServeHTTP StatefulFunctionsBuilder
  MessageBuilder ToMessage Message IsBool AsBool IsInt32 AsInt32 IsInt64 AsInt64 IsFloat32 AsFloat32
  IsFloat64 AsFloat64 IsString AsString Is As ValueTypeName RawValue
  StatefulFunction StatefulFunctionSpec FunctionType States Function StatefulFunctionPointer
  AddressScopedStorage Get Set Remove
  TypeName GetNamespace GetType TypeNameFrom ParseTypeName TypeNameFromParts Address Id
  SimpleType GetTypeName Deserialize Serialize PrimitiveType
  BoolType Int32Type Int64Type Float32Type Float64Type StringType
  MakeJsonType MakeProtobufType MakeProtobufTypeWithTypeName
  Expiration ExpireAfterCall ExpireAfterWrite ValueSpec Name
`);

export const embeddedNames: readonly string[] = words(`
  Address type id AsyncOperationResult metadata status value throwable successful unknown failure
  Context self caller send sendAfter cancelDelayedMessage reply registerAsyncOperation metrics
  EgressType FunctionType FunctionTypeNamespaceMatcher targetNamespace IngressType
  StatefulFunction invoke StatefulFunctionProvider functionOfType TypeName Persisted
  EgressIdentifier EgressSpec IngressIdentifier IngressSpec Router route Downstream forward
  MatchBinder predicate otherwise StatefulMatchFunction configure
  Counter inc dec Metrics counter
  StatefulFunctionModule Binder bindIngress bindEgress bindFunctionProvider bindIngressRouter
  Expiration expireAfterWriting expireAfterReadingOrWriting expireAfter none
  PersistedAppendingBuffer append appendAll replaceWith view clear
  PersistedStateRegistry registerValue registerTable registerAppendingBuffer
  PersistedTable of get set remove entries keys values
  PersistedValue updateAndGet getOrDefault
`);
