package statefun.cluster;

import java.util.HashMap;
import java.util.Map;

/** The arguments, `name=value` each. Sources and egresses run in this process, so they find them here. */
final class Settings {
  private static Settings current;

  final int ids;
  final long commands;
  final int failures;
  final long seed;
  final boolean cancellation;
  final long timeoutMs;
  final int restartAttempts;
  final String checkpoints;
  /** The file of a script instead of commands, or null. */
  final String script;
  /** The records that end a script. */
  final int records;
  /** Egresses beside `statefun.cluster/transcript` whose records go into the transcript, by their typenames. */
  final String[] egresses;
  /** Whether all that comes in and goes out is in the module file: then there is no verdict, and the parent ends it. */
  final boolean moduleAlone;

  /** The checkpoint that the job starts from, or null. Heeded from Flink 1.12 on. */
  final String from;

  private Settings(Map<String, String> given) {
    ids = Integer.parseInt(given.getOrDefault("ids", "128"));
    commands = Long.parseLong(given.getOrDefault("commands", "30000"));
    failures = Integer.parseInt(given.getOrDefault("failures", "2"));
    seed = Long.parseLong(given.getOrDefault("seed", "1"));
    cancellation = Boolean.parseBoolean(given.getOrDefault("cancellation", "true"));
    timeoutMs = Long.parseLong(given.getOrDefault("timeoutMs", "90000"));
    // Some over those that are asked for, so that a restart that nobody asked for is told and not fatal.
    restartAttempts = Integer.parseInt(given.getOrDefault("restartAttempts", "" + (failures + 3)));
    checkpoints = given.get("checkpoints");
    script = given.get("script");
    records = Integer.parseInt(given.getOrDefault("records", "1"));
    egresses = given.getOrDefault("egresses", "").split(",");
    moduleAlone = Boolean.parseBoolean(given.getOrDefault("moduleAlone", "false"));
    from = given.get("from");
    if (checkpoints == null) throw new IllegalArgumentException("checkpoints=FOLDER is missing");
  }

  static Settings parse(String[] arguments) {
    Map<String, String> given = new HashMap<>();
    for (String argument : arguments) {
      int sign = argument.indexOf('=');
      if (sign < 0) throw new IllegalArgumentException("not name=value: " + argument);
      given.put(argument.substring(0, sign), argument.substring(sign + 1));
    }
    current = new Settings(given);
    return current;
  }

  static Settings get() {
    return current;
  }
}
