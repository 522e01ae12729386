package statefun.cluster;

import com.google.protobuf.Message;
import org.apache.flink.statefun.sdk.FunctionType;

/**
 * A message on its way from a source to the router, which knows nothing but the message: function, id and type
 * are lines of its type name.
 */
final class Envelope {
  static final String INTERPRETER = "statefun.smoke.e2e/command-interpreter-fn";

  private static final String SOURCE_COMMAND = Wire.smokeType("source-command", "SourceCommand");

  final FunctionType function;
  final String id;
  final Message message;

  private Envelope(FunctionType function, String id, Message message) {
    this.function = function;
    this.id = id;
    this.message = message;
  }

  static Message toInterpreter(int id, byte[] command) {
    return seal(INTERPRETER, String.valueOf(id), SOURCE_COMMAND, command);
  }

  static Message seal(String function, String id, String typename, byte[] value) {
    return Wire.message(function + "\n" + id + "\n" + typename, value);
  }

  static Envelope open(Message sealed) {
    String[] lines = Wire.typename(sealed).split("\n", -1);
    int slash = lines[0].lastIndexOf('/');
    String namespace = lines[0].substring(0, slash);
    FunctionType function = new FunctionType(namespace, lines[0].substring(slash + 1));
    return new Envelope(function, lines[1], Wire.message(lines[2], Wire.value(sealed)));
  }
}
