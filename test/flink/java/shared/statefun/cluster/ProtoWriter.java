package statefun.cluster;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Fields in the order of the calls: seven small messages are not worth a code generator. */
final class ProtoWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  /** An int32 or int64, left out when it is 0, as proto3 has it. */
  ProtoWriter number(int field, long value) {
    return write(() -> {
      if (value != 0) out.writeInt64(field, value);
    });
  }

  /** A message, a string or bytes; never left out, since an empty message of a oneof says which one it is. */
  ProtoWriter bytes(int field, byte[] value) {
    return write(() -> out.writeByteArray(field, value));
  }

  ProtoWriter text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  byte[] toBytes() {
    write(out::flush);
    return bytes.toByteArray();
  }

  private ProtoWriter write(Write write) {
    try {
      write.run();
      return this;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private interface Write {
    void run() throws IOException;
  }
}
