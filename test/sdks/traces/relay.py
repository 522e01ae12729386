"""A function amid a trace, which knows of none, on the official Python SDK 3.3.0: python relay.py PORT."""
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from statefun import Message, RequestReplyHandler, StatefulFunctions, kafka_egress_message, message_builder

functions = StatefulFunctions()


@functions.bind(typename="tracing/relay")
def relay(context, message):
    command, _, rest = message.as_string().partition(":")
    me = context.address.id
    if command == "record":
        context.send_egress(kafka_egress_message("tracing/records", topic=rest, key=me, value="from Python"))
    elif command == "new":
        context.send(message_builder(target_typename=rest, target_id=me, str_value="new"))
    elif command == "same":
        # The value goes on as it came, with whatever a newer wire has put into it.
        context.send(Message(target_typename=rest, target_id=me, typed_value=message.typed_value))
    else:
        raise ValueError(f"unknown command {command}")


handler = RequestReplyHandler(functions)


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        response = handler.handle_sync(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(response)))
        self.end_headers()
        self.wfile.write(response)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Server)
print("ready", flush=True)
server.serve_forever()
