package statefun.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** One object on one line. */
final class Json {
  private final List<String> members = new ArrayList<>();

  Json put(String name, Object value) {
    members.add(quote(name) + ":" + show(value));
    return this;
  }

  @Override
  public String toString() {
    return "{" + String.join(",", members) + "}";
  }

  private static String show(Object value) {
    if (value instanceof List) {
      List<?> list = (List<?>) value;
      return list.stream().map(Json::show).collect(Collectors.joining(",", "[", "]"));
    }
    return value instanceof String ? quote((String) value) : String.valueOf(value);
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char unit : text.toCharArray()) {
      if (unit >= ' ' && unit <= '~' && unit != '"' && unit != '\\') quoted.append(unit);
      else quoted.append(String.format("\\u%04x", (int) unit));
    }
    return quoted.append('"').toString();
  }
}
