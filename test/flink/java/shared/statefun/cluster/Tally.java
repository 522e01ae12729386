package statefun.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** What the commands emitted so far must have come to. It is part of the source's checkpoints. */
final class Tally {
  /** Increments by id. */
  final long[] expected;
  /** Messages that the functions get, those of the source included and those to verify left out. */
  long messages;
  long delayed;
  long cancelled;

  Tally(int ids) {
    expected = new long[ids];
  }

  long increments() {
    long sum = 0;
    for (long count : expected) sum += count;
    return sum;
  }

  void write(DataOutput out) throws IOException {
    for (long count : expected) out.writeLong(count);
    out.writeLong(messages);
    out.writeLong(delayed);
    out.writeLong(cancelled);
  }

  void read(DataInput in) throws IOException {
    for (int id = 0; id < expected.length; id++) expected[id] = in.readLong();
    messages = in.readLong();
    delayed = in.readLong();
    cancelled = in.readLong();
  }
}
