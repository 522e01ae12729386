package statefun.cluster;

import com.google.protobuf.Message;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Paths;
import org.apache.flink.streaming.api.functions.source.SourceFunction;

/**
 * Emits the messages of a file once an attempt, a line each: function, id, type and value in hexadecimal, with
 * tabs between them. Lines may be added at the end of the file while this runs, each with one write.
 */
final class ScriptSource implements SourceFunction<Message> {
  private static final long serialVersionUID = 1L;

  private volatile boolean running = true;

  @Override
  public void run(SourceContext<Message> context) throws Exception {
    Run.get().attempt(false);
    try (BufferedReader script = Files.newBufferedReader(Paths.get(Settings.get().script))) {
      while (running) {
        String line = script.readLine();
        if (line == null) {
          Thread.sleep(20);
          continue;
        }
        String[] parts = line.split("\t", -1);
        byte[] value = Transcript.bytes(parts[3]);
        synchronized (context.getCheckpointLock()) {
          context.collect(Envelope.seal(parts[0], parts[1], parts[2], value));
        }
      }
    }
  }

  @Override
  public void cancel() {
    running = false;
  }
}
