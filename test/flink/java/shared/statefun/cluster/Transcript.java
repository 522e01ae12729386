package statefun.cluster;

import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;

/** What the functions of a script emitted, in order. */
final class Transcript {
  /** Long enough for a record too many to show up. */
  private static final long SETTLE_MS = 1_500;

  private final List<Json> records = new ArrayList<>();

  synchronized void accept(Message record) {
    Json line = new Json().put("typename", Wire.typename(record));
    records.add(line.put("value", hex(Wire.value(record))));
    if (records.size() == Settings.get().records) finishLater();
  }

  synchronized List<Json> records() {
    return new ArrayList<>(records);
  }

  private static void finishLater() {
    Background.run("settle", () -> {
      Thread.sleep(SETTLE_MS);
      Run.get().finish("recorded", null);
    });
  }

  static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte each : bytes) text.append(String.format("%02x", each));
    return text.toString();
  }

  static byte[] bytes(String hex) {
    byte[] bytes = new byte[hex.length() / 2];
    for (int index = 0; index < bytes.length; index++) {
      bytes[index] = (byte) Integer.parseInt(hex.substring(2 * index, 2 * index + 2), 16);
    }
    return bytes;
  }
}
