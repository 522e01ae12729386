package statefun.cluster;

import com.google.protobuf.Message;
import java.util.Map;
import org.apache.flink.statefun.sdk.io.IngressIdentifier;
import org.apache.flink.statefun.sdk.spi.StatefulFunctionModule;

/** The router of the ingress, which a Harness cannot be given: it is found on the class path. */
public final class RoutingModule implements StatefulFunctionModule {
  static final IngressIdentifier<Message> INGRESS =
      new IngressIdentifier<>(Wire.MESSAGE, "statefun.cluster", "messages");

  @Override
  public void configure(Map<String, String> globalConfiguration, Binder binder) {
    if (Settings.get().moduleAlone) return;
    binder.bindIngressRouter(
        INGRESS,
        (sealed, downstream) -> {
          Envelope envelope = Envelope.open(sealed);
          downstream.forward(envelope.function, envelope.id, envelope.message);
        });
  }
}
