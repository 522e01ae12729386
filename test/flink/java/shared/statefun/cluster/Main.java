package statefun.cluster;

import com.google.protobuf.Message;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.flink.statefun.flink.harness.Harness;
import org.apache.flink.statefun.sdk.io.EgressIdentifier;
import org.apache.flink.streaming.api.functions.source.SourceFunction;

/**
 * A StateFun cluster in this process. Its functions are remote: the module.yaml on the class path names their
 * endpoint. Prints one line of JSON and exits by 0 when all is as it has to be.
 */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Settings settings = Settings.parse(arguments);
    Background.run("timeout", () -> {
      Thread.sleep(settings.timeoutMs);
      Run.get().finish("timeout", "no verdict after " + settings.timeoutMs + " ms");
    });
    endWithParent();
    try {
      harness(settings).start();
      Run.get().finish("failed", "the job ended");
    } catch (Throwable error) {
      Run.get().finish("failed", causes(error));
    }
  }

  private static Harness harness(Settings settings) {
    Harness harness = settings.moduleAlone ? new Harness() : commanded(settings);
    if (settings.from != null) harness.withConfiguration("execution.savepoint.path", settings.from);
    return harness
        .withConfiguration("parallelism.default", "2")
        .withConfiguration("execution.checkpointing.interval", "500ms")
        .withConfiguration("execution.checkpointing.mode", "EXACTLY_ONCE")
        .withConfiguration("state.checkpoints.dir", settings.checkpoints)
        .withConfiguration("restart-strategy", "fixed-delay")
        .withConfiguration(
            "restart-strategy.fixed-delay.attempts", String.valueOf(settings.restartAttempts))
        .withConfiguration("restart-strategy.fixed-delay.delay", "100ms");
  }

  /** What this process sends and judges itself. */
  private static Harness commanded(Settings settings) {
    SourceFunction<Message> source =
        settings.script == null ? new CommandSource() : new ScriptSource();
    Harness harness = new Harness();
    for (String typename : settings.egresses) {
      if (typename.isEmpty()) continue;
      String[] names = typename.split("/");
      harness.withConsumingEgress(
          egress(names[0], names[1]), record -> Run.get().transcript().accept(record));
    }
    return harness
        .withFlinkSourceFunction(RoutingModule.INGRESS, source)
        .withConsumingEgress(
            egress("statefun.smoke.e2e", "verification-sink"),
            result -> Run.get().verifier().accept(result))
        .withConsumingEgress(egress("statefun.smoke.e2e", "discard-sink"), discarded -> {})
        .withConsumingEgress(
            egress("statefun.cluster", "transcript"),
            record -> Run.get().transcript().accept(record));
  }

  private static EgressIdentifier<Message> egress(String namespace, String name) {
    return new EgressIdentifier<>(namespace, name, Wire.MESSAGE);
  }

  /** Standard input ends when the parent does, however it ended; a cluster must not outlive it. */
  private static void endWithParent() {
    Background.run("parent", () -> {
      while (System.in.read() >= 0) {}
      Run.get().finish("failed", "the parent process is gone");
    });
  }

  private static String causes(Throwable error) {
    Set<String> texts = new LinkedHashSet<>();
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      texts.add(cause.toString());
    }
    return String.join(" < ", texts);
  }
}
