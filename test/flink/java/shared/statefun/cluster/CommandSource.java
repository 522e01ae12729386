package statefun.cluster;

import com.google.protobuf.Message;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.CheckpointListener;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.source.SourceFunction;

/**
 * Emits the commands, fails when it is told to, and then asks every id for its count, round after round. Its
 * position and what has to be expected are checkpointed together. (This CheckpointListener moved in Flink 1.12,
 * but stayed under the old name too.)
 */
final class CommandSource implements SourceFunction<Message>, CheckpointedFunction, CheckpointListener {
  private static final long serialVersionUID = 1L;
  private static final long ROUND_MS = 700;

  private transient ListState<byte[]> stored;
  private transient CommandGenerator generator;
  private transient Tally tally;
  private transient long position;
  private transient volatile boolean checkpointed;
  private volatile boolean running = true;

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    Settings settings = Settings.get();
    Run.get().attempt(context.isRestored());
    generator = new CommandGenerator(settings.seed, settings.ids, settings.cancellation);
    tally = new Tally(settings.ids);
    ListStateDescriptor<byte[]> name = new ListStateDescriptor<>("commands", byte[].class);
    stored = context.getOperatorStateStore().getListState(name);
    for (byte[] snapshot : stored.get()) restore(snapshot);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(position);
    tally.write(out);
    stored.clear();
    stored.add(bytes.toByteArray());
  }

  private void restore(byte[] snapshot) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(snapshot));
    position = in.readLong();
    tally.read(in);
  }

  @Override
  public void notifyCheckpointComplete(long id) {
    checkpointed = true;
    Run.get().checkpoint();
  }

  @Override
  public void run(SourceContext<Message> context) throws Exception {
    Settings settings = Settings.get();
    InducedFailures failures = new InducedFailures(settings.commands, settings.failures);
    while (running) {
      InducedFailures.Step step = failures.next(position, checkpointed);
      if (step == InducedFailures.Step.FAIL) {
        throw new IllegalStateException("failure on purpose before command " + position);
      }
      if (step == InducedFailures.Step.WAIT) Thread.sleep(5);
      else if (position == settings.commands) break;
      else emitNext(context);
    }
    Run.get().verifier().expect(tally);
    while (running) {
      askAll(context);
      Thread.sleep(ROUND_MS);
    }
  }

  private void emitNext(SourceContext<Message> context) {
    // The position, the tally and the message are of one checkpoint or of none.
    synchronized (context.getCheckpointLock()) {
      int target = generator.target(position);
      byte[] command = generator.command(position, tally);
      position++;
      context.collect(Envelope.toInterpreter(target, command));
    }
  }

  private void askAll(SourceContext<Message> context) {
    for (int id = 0; id < tally.expected.length; id++) {
      synchronized (context.getCheckpointLock()) {
        byte[] question = CommandGenerator.verify(id, tally.expected[id]);
        context.collect(Envelope.toInterpreter(id, question));
      }
    }
  }

  @Override
  public void cancel() {
    running = false;
  }
}
