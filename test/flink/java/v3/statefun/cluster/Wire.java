package statefun.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import org.apache.flink.statefun.sdk.reqreply.generated.TypedValue;

/** What of a message differs between the releases: this is 3.x. */
final class Wire {
  /** Named by what both classes are, so that the rest is written once. */
  @SuppressWarnings("unchecked")
  static final Class<Message> MESSAGE = (Class<Message>) (Class<?>) TypedValue.class;

  private Wire() {}

  static Message message(String typename, byte[] value) {
    return TypedValue.newBuilder()
        .setTypename(typename)
        .setHasValue(true)
        .setValue(ByteString.copyFrom(value))
        .build();
  }

  static String typename(Message message) {
    return ((TypedValue) message).getTypename();
  }

  static byte[] value(Message message) {
    return ((TypedValue) message).getValue().toByteArray();
  }

  /** A type of the smoke suite, `simple` in lower case words or `protobuf` as its message is called. */
  static String smokeType(String simple, String protobuf) {
    return "statefun.smoke.e2e/" + simple;
  }
}
