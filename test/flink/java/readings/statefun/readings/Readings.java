package statefun.readings;

import java.io.PrintStream;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * What a release of StateFun makes of module files: reads each of a folder by the release's own loader and prints
 * what was bound, one line of JSON a file. All by reflection, since no two releases have the same classes.
 */
public final class Readings {
  private static final String CORE = "org.apache.flink.statefun.flink.core.";

  public static void main(String[] arguments) throws Exception {
    // Loggers print to standard output too.
    PrintStream out = System.out;
    System.setOut(System.err);
    Map<String, Object> extensions = extensions();
    List<Path> files;
    try (java.util.stream.Stream<Path> listed = Files.list(Paths.get(arguments[0]))) {
      files = listed.sorted().collect(Collectors.toList());
    }
    for (Path file : files) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("name", file.getFileName().toString());
      try {
        line.put("bound", read(file.toUri().toURL(), extensions));
      } catch (Throwable thrown) {
        line.put("error", causes(thrown));
      }
      out.println(Dump.json(line));
    }
    out.flush();
    System.exit(0);
  }

  private static List<Object> read(URL file, Map<String, Object> extensions) throws Exception {
    Class<?> loader = Class.forName(CORE + "jsonmodule.JsonServiceLoader");
    Object module = invoke(loader, null, "fromUrl", invoke(loader, null, "mapper"), file);
    List<Object> bound = new ArrayList<>();
    Class<?> binder = Class.forName("org.apache.flink.statefun.sdk.spi.StatefulFunctionModule$Binder");
    List<Class<?>> interfaces = new ArrayList<>();
    interfaces.add(binder);
    if (exists(CORE + "spi.ExtensionResolver")) {
      interfaces.add(Class.forName(CORE + "spi.ExtensionResolver"));
    }
    Object proxy =
        Proxy.newProxyInstance(
            Readings.class.getClassLoader(),
            interfaces.toArray(new Class<?>[0]),
            (self, method, given) -> {
              if (method.getName().equals("resolveExtension")) return extensions.get(given[0].toString());
              if (method.getName().startsWith("bind")) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("method", method.getName());
                for (int i = 0; i < given.length; i++) one.put(String.valueOf(i), Dump.of(given[i]));
                bound.add(one);
              }
              return null;
            });
    invoke(module.getClass(), module, "configure", new HashMap<String, String>(), proxy);
    return bound;
  }

  /** The binders of kinds, since 3.1, by the names that they are found by. */
  private static Map<String, Object> extensions() throws Exception {
    Map<String, Object> found = new HashMap<>();
    String name = "org.apache.flink.statefun.extensions.ExtensionModule";
    if (!exists(name)) return found;
    Class<?> type = Class.forName(name);
    Class<?> binder = Class.forName(name + "$Binder");
    Object proxy =
        Proxy.newProxyInstance(
            Readings.class.getClassLoader(),
            new Class<?>[] {binder},
            (self, method, given) -> {
              if (method.getName().equals("bindExtension")) found.put(given[0].toString(), given[1]);
              return null;
            });
    for (Object module : ServiceLoader.load(type)) {
      invoke(module.getClass(), module, "configure", new HashMap<String, String>(), proxy);
    }
    return found;
  }

  private static boolean exists(String name) {
    try {
      Class.forName(name);
      return true;
    } catch (ClassNotFoundException absent) {
      return false;
    }
  }

  static Object invoke(Class<?> type, Object self, String name, Object... given) throws Exception {
    for (Method method : type.getDeclaredMethods()) {
      if (!method.getName().equals(name) || method.getParameterCount() != given.length) continue;
      method.setAccessible(true);
      return method.invoke(self, given);
    }
    throw new NoSuchMethodException(type + "." + name);
  }

  private static List<String> causes(Throwable thrown) {
    List<String> texts = new ArrayList<>();
    for (Throwable one = thrown; one != null && texts.size() < 8; one = one.getCause()) {
      texts.add(one.getClass().getSimpleName() + ": " + one.getMessage());
    }
    Collections.reverse(texts);
    return texts;
  }

  private Readings() {}
}
