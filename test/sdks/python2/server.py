"""
The program of test/sdks on the official Python SDK 2.2.2, which speaks wire v2 and knows protobuf messages only. An
Any can hold a value of the newer SDKs as well: its type_url is their typename, its value their bytes.
"""
import collections
import struct
import sys
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from google.protobuf.any_pb2 import Any
from google.protobuf.wrappers_pb2 import StringValue
from statefun import RequestReplyHandler, StatefulFunctions

functions = StatefulFunctions()
booms = collections.Counter()

STRING = "io.statefun.types/string"
INT = "io.statefun.types/int"


def text(value):
    # A StringWrapper has the field of a StringValue.
    return Any(type_url=STRING, value=StringValue(value=value).SerializeToString())


def number(value):
    return Any(type_url=INT, value=b"" if value == 0 else b"\x0d" + struct.pack("<i", value))


def number_from(any):
    return 0 if any is None or any.value == b"" else struct.unpack("<i", any.value[1:5])[0]


def run(context, message):
    if message.type_url != STRING:
        raise ValueError(f"a message of type {message.type_url}")
    command, _, rest = StringValue.FromString(message.value).value.partition(":")
    me = context.address

    def reply(value):
        context.reply(text(f"answer:{value}"))

    def emit(value):
        context.send_egress("sdks/records", text(value))

    def read(name):
        return number_from(context[name])

    if command == "add":
        context["count"] = number(read("count") + 1)
        reply(read("count"))
    elif command == "look":
        reply(read("count"))
    elif command == "forget":
        del context["count"]
    elif command == "boom":
        booms[me.identity] += 1
        context["count"] = number(read("count") + 100)
        emit("boom")
        if booms[me.identity] < 3:
            raise ValueError("boom on purpose")
        reply(booms[me.identity])
    elif command == "mark":
        context["mortal"] = number(1)
        context["called"] = number(1)
        reply("marked")
    elif command == "alive":
        reply(f"{read('mortal')}{read('called')}")
    elif command == "later":
        context.send_after(timedelta(milliseconds=50), me.typename(), me.identity, text("emit:late"))
    elif command == "emit":
        emit(rest)
    elif command == "ask":
        context.send(rest, me.identity, text("add"))
    elif command == "answer":
        emit(f"heard {rest} from {context.caller.typename()}")
    else:
        raise ValueError(f"unknown command {command}")


functions.register("python2/fn", run)
functions.register("shared/fn", run)
handler = RequestReplyHandler(functions)


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            status, response = 200, handler(request)
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
