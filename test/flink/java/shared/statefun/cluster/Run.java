package statefun.cluster;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** What has happened in this process, across the attempts of its job, and how it ends. */
final class Run {
  private static final Run current = new Run();

  private final AtomicInteger attempts = new AtomicInteger();
  private final AtomicInteger restored = new AtomicInteger();
  private final AtomicInteger checkpoints = new AtomicInteger();
  private final AtomicBoolean finished = new AtomicBoolean();
  private final Verifier verifier = new Verifier();
  private final Transcript transcript = new Transcript();
  private volatile long firstAttemptAt = System.nanoTime();
  private volatile long startMs;

  static Run get() {
    return current;
  }

  Verifier verifier() {
    return verifier;
  }

  Transcript transcript() {
    return transcript;
  }

  /** The source starts: for the first time, or because the job was restarted. */
  void attempt(boolean fromCheckpoint) {
    if (attempts.getAndIncrement() == 0) {
      firstAttemptAt = System.nanoTime();
      startMs = ManagementFactory.getRuntimeMXBean().getUptime();
    }
    if (fromCheckpoint) restored.incrementAndGet();
  }

  void checkpoint() {
    checkpoints.incrementAndGet();
  }

  /** Prints the result and ends the process; the first verdict counts. */
  void finish(String verdict, String error) {
    if (!finished.compareAndSet(false, true)) return;
    long durationMs = (System.nanoTime() - firstAttemptAt) / 1_000_000;
    Settings settings = Settings.get();
    Json result = new Json().put("verdict", verdict).put("error", error);
    result.put("ids", settings.ids).put("commands", settings.commands).put("seed", settings.seed);
    result.put("restarts", Math.max(0, attempts.get() - 1)).put("restored", restored.get());
    result.put("checkpoints", checkpoints.get());
    result.put("startMs", startMs).put("durationMs", durationMs);
    if (settings.script == null) {
      verifier.report(result);
      result.put("messagesPerSecond", verifier.messages() * 1000 / Math.max(1, durationMs));
    } else {
      result.put("records", transcript.records());
    }
    System.out.println(result);
    System.out.flush();
    // A cluster would first cancel its job, which is of no interest any more.
    boolean good = verdict.equals("verified") || verdict.equals("recorded");
    Runtime.getRuntime().halt(good ? 0 : 1);
  }
}
