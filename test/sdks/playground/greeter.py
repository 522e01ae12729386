"""A greeter as the examples of StateFun's playground have one, on the official Python SDK 3.3.0: python greeter.py PORT."""
import asyncio
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from statefun import (IntType, RequestReplyHandler, StatefulFunctions, ValueSpec, egress_message_builder,
                      make_json_type, message_builder)

functions = StatefulFunctions()
GREET_REQUEST = make_json_type(typename="example/GreetRequest")
EGRESS_RECORD = make_json_type(typename="io.statefun.playground/EgressRecord")


@functions.bind(typename="example/person", specs=[ValueSpec(name="visits", type=IntType)])
def person(context, message):
    context.storage.visits = (context.storage.visits or 0) + 1
    request = message.as_type(GREET_REQUEST)
    request["visits"] = context.storage.visits
    context.send(message_builder(target_typename="example/greeter", target_id=request["name"],
                                 value=request, value_type=GREET_REQUEST))


@functions.bind(typename="example/greeter")
def greeter(context, message):
    request = message.as_type(GREET_REQUEST)
    record = {"topic": "greetings", "payload": f"Welcome {request['name']}, visit {request['visits']}"}
    context.send_egress(egress_message_builder(target_typename="io.statefun.playground/egress",
                                               value=record, value_type=EGRESS_RECORD))


handler = RequestReplyHandler(functions)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = asyncio.run(handler.handle_async(body))
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print("ready", flush=True)
server.serve_forever()
