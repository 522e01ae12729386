package statefun.cluster;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;

/** What of a message differs between the releases: this is 2.x. */
final class Wire {
  /** Named by what both classes are, so that the rest is written once. */
  @SuppressWarnings("unchecked")
  static final Class<Message> MESSAGE = (Class<Message>) (Class<?>) Any.class;

  private Wire() {}

  static Message message(String typename, byte[] value) {
    return Any.newBuilder().setTypeUrl(typename).setValue(ByteString.copyFrom(value)).build();
  }

  static String typename(Message message) {
    return ((Any) message).getTypeUrl();
  }

  static byte[] value(Message message) {
    return ((Any) message).getValue().toByteArray();
  }

  /** A type of the smoke suite, `simple` in lower case words or `protobuf` as its message is called. */
  static String smokeType(String simple, String protobuf) {
    return "type.googleapis.com/org.apache.flink.statefun.e2e.smoke." + protobuf;
  }
}
