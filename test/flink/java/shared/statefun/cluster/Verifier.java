package statefun.cluster;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.util.Arrays;

/**
 * Judges what the ids answer. Right means: every id gave the expected count twice since the last wrong answer of
 * any of them, so that what is delivered once more after the first round is seen too.
 */
final class Verifier {
  private static final int RIGHT_ROUNDS = 2;
  /** Counts that do not change for so long, while answers keep coming, will not change. */
  private static final long STALLED_MS = 10_000;

  private Tally tally;
  private long[] actual;
  private int[] right;
  private long changedAt;

  /** The source has emitted all of its commands. After a restart it says so again. */
  synchronized void expect(Tally expected) {
    tally = expected;
    actual = new long[expected.expected.length];
    Arrays.fill(actual, -1);
    right = new int[actual.length];
    changedAt = System.nanoTime();
  }

  synchronized void accept(Message result) {
    long[] fields = fieldsOf(Wire.value(result));
    int id = (int) fields[1];
    if (tally == null || id < 0 || id >= actual.length || fields[2] != tally.expected[id]) {
      Run.get().finish("failed", "id " + id + " answers a question that nobody asked");
      return;
    }
    if (actual[id] != fields[3]) changedAt = System.nanoTime();
    actual[id] = fields[3];
    judge(id);
  }

  private void judge(int id) {
    if (actual[id] > tally.expected[id]) {
      Run.get().finish("over-counted", describe(id));
    } else if (actual[id] < tally.expected[id]) {
      Arrays.fill(right, 0);
      boolean stalled = System.nanoTime() - changedAt > STALLED_MS * 1_000_000;
      if (stalled) Run.get().finish("under-counted", describe(id));
    } else {
      right[id]++;
      if (Arrays.stream(right).allMatch(rounds -> rounds >= RIGHT_ROUNDS)) {
        Run.get().finish("verified", null);
      }
    }
  }

  private String describe(int id) {
    return "id " + id + " counted " + actual[id] + " instead of " + tally.expected[id];
  }

  /** Adds what is known to the result, whatever the verdict. */
  synchronized void report(Json result) {
    if (tally == null) return;
    int answered = 0;
    int over = 0;
    int under = 0;
    for (int id = 0; id < actual.length; id++) {
      if (actual[id] >= 0) answered++;
      if (actual[id] > tally.expected[id]) over++;
      if (actual[id] >= 0 && actual[id] < tally.expected[id]) under++;
    }
    result.put("answered", answered).put("over", over).put("under", under);
    result.put("increments", tally.increments()).put("messages", tally.messages);
    result.put("delayed", tally.delayed).put("cancelled", tally.cancelled);
  }

  /** Messages that are known to have been delivered. */
  synchronized long messages() {
    return tally == null ? 0 : tally.messages;
  }

  /** VerificationResult: id 1, expected 2, actual 3. */
  private static long[] fieldsOf(byte[] result) {
    try {
      long[] fields = new long[4];
      CodedInputStream in = CodedInputStream.newInstance(result);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) fields[tag >>> 3] = in.readInt64();
      return fields;
    } catch (IOException | IndexOutOfBoundsException broken) {
      return new long[] {0, -1, 0, 0};
    }
  }
}
