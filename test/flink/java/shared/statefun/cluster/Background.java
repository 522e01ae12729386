package statefun.cluster;

/** Threads that never keep the process alive. */
final class Background {
  interface Task {
    void run() throws Exception;
  }

  private Background() {}

  static void run(String name, Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (Exception error) {
                Run.get().finish("failed", name + ": " + error);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }
}
