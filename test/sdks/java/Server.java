import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.apache.flink.statefun.sdk.java.Address;
import org.apache.flink.statefun.sdk.java.AddressScopedStorage;
import org.apache.flink.statefun.sdk.java.Context;
import org.apache.flink.statefun.sdk.java.StatefulFunction;
import org.apache.flink.statefun.sdk.java.StatefulFunctionSpec;
import org.apache.flink.statefun.sdk.java.StatefulFunctions;
import org.apache.flink.statefun.sdk.java.TypeName;
import org.apache.flink.statefun.sdk.java.ValueSpec;
import org.apache.flink.statefun.sdk.java.handler.RequestReplyHandler;
import org.apache.flink.statefun.sdk.java.message.EgressMessageBuilder;
import org.apache.flink.statefun.sdk.java.message.Message;
import org.apache.flink.statefun.sdk.java.message.MessageBuilder;
import org.apache.flink.statefun.sdk.java.slice.Slices;
import org.apache.flink.statefun.sdk.java.types.Types;

/** The program of test/sdks on the official Java SDK 3.3.0: java Server PORT. */
public final class Server implements StatefulFunction {
  private static final ValueSpec<Integer> COUNT = ValueSpec.named("count").withIntType();
  private static final ValueSpec<Integer> MORTAL =
      ValueSpec.named("mortal").thatExpireAfterWrite(Duration.ofMillis(800)).withIntType();
  private static final ValueSpec<Integer> CALLED =
      ValueSpec.named("called").thatExpiresAfterCall(Duration.ofMillis(800)).withIntType();
  private static final TypeName RECORDS = TypeName.typeNameFromString("sdks/records");
  private static final Map<String, Integer> BOOMS = new ConcurrentHashMap<>();

  @Override
  public CompletableFuture<Void> apply(Context context, Message message) {
    String[] parts = message.asUtf8String().split(":", 2);
    String rest = parts.length > 1 ? parts[1] : "";
    AddressScopedStorage storage = context.storage();
    Address me = context.self();
    switch (parts[0]) {
      case "add":
        storage.set(COUNT, storage.get(COUNT).orElse(0) + 1);
        reply(context, storage.get(COUNT).orElse(0));
        break;
      case "look":
        reply(context, storage.get(COUNT).orElse(0));
        break;
      case "forget":
        storage.remove(COUNT);
        break;
      case "boom":
        int times = BOOMS.merge(me.id(), 1, Integer::sum);
        storage.set(COUNT, storage.get(COUNT).orElse(0) + 100);
        emit(context, "boom");
        if (times < 3) throw new IllegalStateException("boom on purpose");
        reply(context, times);
        break;
      case "mark":
        storage.set(MORTAL, 1);
        storage.set(CALLED, 1);
        reply(context, "marked");
        break;
      case "alive":
        reply(context, "" + storage.get(MORTAL).orElse(0) + storage.get(CALLED).orElse(0));
        break;
      case "later":
        context.sendAfter(Duration.ofMillis(50), text(me, "emit:late"));
        break;
      case "set":
        context.sendAfter(Duration.ofMillis(300), "token", text(me, "emit:cancelled"));
        break;
      case "cancel":
        context.cancelDelayedMessage("token");
        break;
      case "emit":
        emit(context, rest);
        break;
      case "ask":
        context.send(text(new Address(TypeName.typeNameFromString(rest), me.id()), "add"));
        break;
      case "answer":
        String caller = context.caller().get().type().asTypeNameString();
        emit(context, "heard " + rest + " from " + caller);
        break;
      default:
        throw new IllegalArgumentException("unknown command " + parts[0]);
    }
    return context.done();
  }

  private static Message text(Address to, String value) {
    return MessageBuilder.forAddress(to).withValue(value).build();
  }

  private static void reply(Context context, Object value) {
    context.send(text(context.caller().get(), "answer:" + value));
  }

  private static void emit(Context context, String value) {
    context.send(
        EgressMessageBuilder.forEgress(RECORDS).withCustomType(Types.stringType(), value).build());
  }

  public static void main(String[] arguments) throws IOException {
    StatefulFunctions functions = new StatefulFunctions();
    for (String name : new String[] {"java/fn", "shared/fn"}) {
      functions.withStatefulFunction(
          StatefulFunctionSpec.builder(TypeName.typeNameFromString(name))
              .withValueSpecs(COUNT, MORTAL, CALLED)
              .withSupplier(Server::new)
              .build());
    }
    RequestReplyHandler handler = functions.requestReplyHandler();
    int port = Integer.parseInt(arguments[0]);
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext("/", exchange -> serve(exchange, handler));
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
    System.out.println("ready");
  }

  private static void serve(HttpExchange exchange, RequestReplyHandler handler) throws IOException {
    byte[] request = exchange.getRequestBody().readAllBytes();
    int status = 200;
    byte[] response;
    try {
      response = handler.handle(Slices.wrap(request)).join().toByteArray();
    } catch (RuntimeException error) {
      status = 500;
      response = String.valueOf(error.getMessage()).getBytes("UTF-8");
    }
    exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
    exchange.sendResponseHeaders(status, response.length == 0 ? -1 : response.length);
    exchange.getResponseBody().write(response);
    exchange.close();
  }
}
