package statefun.cluster;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * When the source has to fail: spread over the commands, each only after a checkpoint of the running attempt, and
 * some commands behind it, so that every failure rolls something back and none is left out on a fast machine.
 */
final class InducedFailures {
  enum Step {
    EMIT,
    WAIT,
    FAIL
  }

  private static final int COMMANDS_TO_ROLL_BACK = 400;

  /** Of the process, not of the checkpoints: a failure that was rolled back has happened all the same. */
  private static final AtomicInteger done = new AtomicInteger();

  private final long commands;
  private final int failures;
  private long failAt = -1;

  InducedFailures(long commands, int failures) {
    this.commands = commands;
    this.failures = failures;
  }

  Step next(long position, boolean checkpointed) {
    int failed = done.get();
    if (failed >= failures) return Step.EMIT;
    if (failAt < 0) {
      if (position < commands * (failed + 1) / (failures + 1)) return Step.EMIT;
      if (!checkpointed) return Step.WAIT;
      failAt = Math.min(position + COMMANDS_TO_ROLL_BACK, commands);
    }
    if (position < failAt) return Step.EMIT;
    done.incrementAndGet();
    return Step.FAIL;
  }
}
