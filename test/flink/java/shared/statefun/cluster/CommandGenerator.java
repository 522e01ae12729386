package statefun.cluster;

import java.util.Random;

/**
 * Random trees of commands. The command at a position depends on nothing but the seed and the position, so a
 * restart goes on with the same commands, and the same run can be repeated on every release.
 */
final class CommandGenerator {
  private static final int INCREMENT = 1;
  private static final int SEND = 2;
  private static final int SEND_AFTER = 3;
  private static final int SEND_EGRESS = 4;
  private static final int VERIFY = 6;
  private static final int CANCEL = 7;

  private static final int MAX_DEPTH = 6;
  private static final int MAX_COMMANDS = 3;

  private final long seed;
  private final int ids;
  private final boolean cancellation;

  CommandGenerator(long seed, int ids, boolean cancellation) {
    this.seed = seed;
    this.ids = ids;
    this.cancellation = cancellation;
  }

  /** The id that the command at `position` is for. */
  int target(long position) {
    return randomAt(position).nextInt(ids);
  }

  /** The command at `position`, a SourceCommand, counted into `tally`. */
  byte[] command(long position, Tally tally) {
    Random random = randomAt(position);
    int target = random.nextInt(ids);
    tally.messages++;
    byte[] commands = new Tree(random, position, tally).commands(target, random.nextInt(MAX_DEPTH));
    return sourceCommand(target, commands);
  }

  static byte[] verify(int target, long expected) {
    byte[] verify = new ProtoWriter().number(1, expected).toBytes();
    return sourceCommand(target, listOf(new ProtoWriter().bytes(VERIFY, verify)));
  }

  private Random randomAt(long position) {
    // Neighbouring seeds give neighbouring first numbers; the odd factor spreads them.
    return new Random(seed ^ (position + 1) * 0x9E3779B97F4A7C15L);
  }

  private static byte[] sourceCommand(int target, byte[] commands) {
    return new ProtoWriter().number(1, target).bytes(2, commands).toBytes();
  }

  private static byte[] listOf(ProtoWriter command) {
    return new ProtoWriter().bytes(1, command.toBytes()).toBytes();
  }

  /** One command of the source with all that it leads to. */
  private final class Tree {
    private final Random random;
    private final long position;
    private final Tally tally;
    private int tokens;

    Tree(Random random, long position, Tally tally) {
      this.random = random;
      this.position = position;
      this.tally = tally;
    }

    /** Commands that `id` carries out; they are counted, so they must be delivered. */
    byte[] commands(int id, int depth) {
      ProtoWriter list = new ProtoWriter();
      int count = depth == 0 ? 0 : 1 + random.nextInt(MAX_COMMANDS);
      if (count == 0) list.bytes(1, increment(id));
      for (int index = 0; index < count; index++) add(list, id, depth);
      return list.toBytes();
    }

    private void add(ProtoWriter list, int id, int depth) {
      int dice = random.nextInt(100);
      if (dice < 40) list.bytes(1, increment(id));
      else if (dice < 72) list.bytes(1, send(SEND, depth));
      else if (dice < 82) list.bytes(1, send(SEND_AFTER, depth));
      else if (dice < 86) list.bytes(1, new ProtoWriter().bytes(SEND_EGRESS, new byte[0]).toBytes());
      else if (dice < 92 && cancellation) addCancelled(list, id);
      // Nothing otherwise: a list of no commands is a message too.
    }

    private byte[] increment(int id) {
      tally.expected[id]++;
      return new ProtoWriter().bytes(INCREMENT, new byte[0]).toBytes();
    }

    private byte[] send(int kind, int depth) {
      int target = random.nextInt(ids);
      tally.messages++;
      if (kind == SEND_AFTER) tally.delayed++;
      byte[] body =
          new ProtoWriter().number(1, target).bytes(2, commands(target, depth - 1)).toBytes();
      return new ProtoWriter().bytes(kind, body).toBytes();
    }

    /** A delayed increment and its cancellation, with another command in between: it must never count. */
    private void addCancelled(ProtoWriter list, int id) {
      String token = position + "-" + tokens++;
      int target = random.nextInt(ids);
      byte[] never = listOf(new ProtoWriter().bytes(INCREMENT, new byte[0]));
      byte[] sent = new ProtoWriter().number(1, target).bytes(2, never).text(3, token).toBytes();
      byte[] cancel = new ProtoWriter().number(1, target).text(2, token).toBytes();
      tally.cancelled++;
      list.bytes(1, new ProtoWriter().bytes(SEND_AFTER, sent).toBytes());
      list.bytes(1, increment(id));
      list.bytes(1, new ProtoWriter().bytes(CANCEL, cancel).toBytes());
    }
  }
}
