package statefun.cluster;

import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import org.apache.flink.streaming.api.functions.source.SourceFunction;

/**
 * Emits the messages of a file once an attempt, a line each: function, id, type and value in hexadecimal, with
 * tabs between them.
 */
final class ScriptSource implements SourceFunction<Message> {
  private static final long serialVersionUID = 1L;

  private volatile boolean running = true;

  @Override
  public void run(SourceContext<Message> context) throws Exception {
    Run.get().attempt(false);
    byte[] script = Files.readAllBytes(Paths.get(Settings.get().script));
    for (String line : new String(script, StandardCharsets.UTF_8).split("\n")) {
      String[] parts = line.split("\t", -1);
      byte[] value = Transcript.bytes(parts[3]);
      synchronized (context.getCheckpointLock()) {
        context.collect(Envelope.seal(parts[0], parts[1], parts[2], value));
      }
    }
    while (running) Thread.sleep(50);
  }

  @Override
  public void cancel() {
    running = false;
  }
}
