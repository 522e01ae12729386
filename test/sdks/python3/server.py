"""The program of test/sdks on the official Python SDK 3.3.0: python server.py PORT."""
import collections
import sys
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from statefun import (IntType, RequestReplyHandler, StatefulFunctions, StringType, ValueSpec,
                      egress_message_builder, message_builder)

functions = StatefulFunctions()
booms = collections.Counter()

SPECS = [
    ValueSpec("count", IntType),
    ValueSpec("mortal", IntType, expire_after_write=timedelta(milliseconds=800)),
    ValueSpec("called", IntType, expire_after_call=timedelta(milliseconds=800)),
]


def run(context, message):
    command, _, rest = message.as_string().partition(":")
    storage = context.storage
    me = context.address

    def text(typename, id, value):
        return message_builder(target_typename=typename, target_id=id, str_value=value)

    def reply(value):
        context.send(text(context.caller.typename, context.caller.id, f"answer:{value}"))

    def emit(value):
        context.send_egress(egress_message_builder("sdks/records", value, StringType))

    if command == "add":
        storage.count = (storage.count or 0) + 1
        reply(storage.count)
    elif command == "look":
        reply(storage.count or 0)
    elif command == "forget":
        del storage.count
    elif command == "boom":
        booms[me.id] += 1
        storage.count = (storage.count or 0) + 100
        emit("boom")
        if booms[me.id] < 3:
            raise ValueError("boom on purpose")
        reply(booms[me.id])
    elif command == "mark":
        storage.mortal = 1
        storage.called = 1
        reply("marked")
    elif command == "alive":
        reply(f"{storage.mortal or 0}{storage.called or 0}")
    elif command == "later":
        context.send_after(timedelta(milliseconds=50), text(me.typename, me.id, "emit:late"))
    elif command == "set":
        message = text(me.typename, me.id, "emit:cancelled")
        context.send_after(timedelta(milliseconds=300), message, "token")
    elif command == "cancel":
        context.cancel_delayed_message("token")
    elif command == "emit":
        emit(rest)
    elif command == "ask":
        context.send(text(rest, me.id, "add"))
    elif command == "answer":
        emit(f"heard {rest} from {context.caller.typename}")
    else:
        raise ValueError(f"unknown command {command}")


functions.register("python3/fn", run, SPECS)
functions.register("shared/fn", run, SPECS)
handler = RequestReplyHandler(functions)


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            status, response = 200, handler.handle_sync(request)
        except Exception as error:
            status, response = 500, str(error).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(response)))
        self.end_headers()
        self.wfile.write(response)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Server)
print("ready", flush=True)
server.serve_forever()
