package statefun.readings;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Objects of a release as maps of their fields, and those as JSON. */
final class Dump {
  private static final int DEPTH = 8;
  private static final String CORE = "org.apache.flink.statefun.flink.core.";

  static Object of(Object value) {
    return of(value, 0);
  }

  private static Object of(Object value, int depth) {
    if (value == null || value instanceof Number || value instanceof Boolean) return value;
    if (value instanceof String || value instanceof Enum || value instanceof Duration) return value.toString();
    if (value instanceof Optional) return of(((Optional<?>) value).orElse(null), depth);
    if (depth > DEPTH) return "…";
    if (value instanceof Map) {
      Map<String, Object> sorted = new TreeMap<>();
      ((Map<?, ?>) value).forEach((key, one) -> sorted.put(String.valueOf(key), of(one, depth + 1)));
      return sorted;
    }
    if (value instanceof Iterable && !value.getClass().getName().contains("jackson")) {
      List<Object> list = new ArrayList<>();
      for (Object one : (Iterable<?>) value) list.add(of(one, depth + 1));
      return list;
    }
    String type = value.getClass().getName();
    boolean isText = type.contains("TypeName") || type.endsWith("Identifier") || type.endsWith("FunctionType");
    if (!type.startsWith("org.apache.flink.statefun.") || isText) return value.toString();
    if (type.matches(".*\\.Json(Ingress|Egress)Spec")) return of(read(value, type.contains("Ingress")), depth);
    return fields(value, depth);
  }

  private static Map<String, Object> fields(Object value, int depth) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("class", value.getClass().getSimpleName());
    Object factory = null;
    Object properties = null;
    for (Class<?> type = value.getClass(); type != Object.class; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) || field.isSynthetic()) continue;
        try {
          field.setAccessible(true);
          Object one = field.get(value);
          if (field.getName().equals("requestReplyClientFactory")) factory = one;
          all.put(field.getName(), of(one, depth + 1));
          if (field.getName().equals("endpointSpec")) properties = propertiesOf(one);
        } catch (Exception inaccessible) {
          all.put(field.getName(), "…");
        }
      }
    }
    if (factory != null && properties != null) all.put("client", client(factory, properties));
    return all;
  }

  /** Before 3.1 the settings of an ingress or an egress are read when it is made. */
  private static Object read(Object spec, boolean isIngress) {
    try {
      Object kind = Readings.invoke(spec.getClass(), spec, "type");
      boolean isKafka = String.valueOf(Readings.invoke(kind.getClass(), kind, "namespace")).contains("kafka");
      String name = isKafka ? "Kafka" : "Kinesis";
      String reader =
          (isKafka ? "kafka." : "kinesis.polyglot.")
              + (isIngress ? "RoutableProtobuf" + name + "Source" : "Generic" + name + "Sink")
              + "Provider";
      Class<?> type = Class.forName("org.apache.flink.statefun.flink.io." + reader);
      return Readings.invoke(type, null, "as" + name + (isIngress ? "Ingress" : "Egress") + "Spec", spec);
    } catch (Exception failed) {
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      return java.util.Collections.singletonMap("error", String.valueOf(cause.getMessage()));
    }
  }

  private static Object propertiesOf(Object endpoint) throws Exception {
    return Readings.invoke(endpoint.getClass(), endpoint, "transportClientProperties");
  }

  /** What the client of an endpoint would be made of, since 3.1: its settings are read when it is made. */
  private static Object client(Object factory, Object properties) {
    String spec =
        factory.getClass().getSimpleName().startsWith("Netty")
            ? CORE + "nettyclient.NettyRequestReplySpec"
            : CORE + "httpfn.DefaultHttpRequestReplyClientSpec";
    try {
      Object mapper =
          Readings.invoke(
              Class.forName("org.apache.flink.statefun.flink.common.json.StateFunObjectMapper"),
              null,
              "create");
      Class<?> type = Class.forName(spec);
      for (java.lang.reflect.Method method : mapper.getClass().getMethods()) {
        boolean isIt =
            method.getName().equals("treeToValue")
                && method.getParameterCount() == 2
                && method.getParameterTypes()[1] == Class.class;
        if (isIt) return of(method.invoke(mapper, properties, type), 0);
      }
      return "no mapper";
    } catch (Exception failed) {
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      Map<String, Object> error = new LinkedHashMap<>();
      error.put("error", cause.getMessage());
      return error;
    }
  }

  static String json(Object value) {
    if (value == null || value instanceof Number || value instanceof Boolean) return String.valueOf(value);
    StringBuilder text = new StringBuilder();
    if (value instanceof Map) {
      text.append('{');
      ((Map<?, ?>) value).forEach(
          (key, one) -> text.append(text.length() > 1 ? "," : "").append(json(key)).append(':').append(json(one)));
      return text.append('}').toString();
    }
    if (value instanceof List) {
      text.append('[');
      for (Object one : (List<?>) value) text.append(text.length() > 1 ? "," : "").append(json(one));
      return text.append(']').toString();
    }
    text.append('"');
    for (char letter : value.toString().toCharArray()) {
      if (letter == '"' || letter == '\\') text.append('\\').append(letter);
      else if (letter < ' ') text.append(String.format("\\u%04x", (int) letter));
      else text.append(letter);
    }
    return text.append('"').toString();
  }

  private Dump() {}
}
