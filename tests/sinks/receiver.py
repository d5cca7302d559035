"""A receiver of events: python3 receiver.py KIND PORT FILE [CERTIFICATE KEY]

KIND is hec (Splunk's HTTP event collector with indexer acknowledgement), bulk
(Elasticsearch's bulk interface with create), otlp (OTLP over HTTP; the request
is read by the classes Google's compiler makes of OpenTelemetry's definitions,
which take no field they do not know), or web (any web server).

What is acknowledged is in the file, one line of JSON for each event. Each is written
as its protocol's documentation says; none is the maker's own program.
"""
import json, os, ssl, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

kind, port, path = sys.argv[1:4]
lock = threading.Lock()
out = open(path, "a", buffering=1 << 20)
seen, acks, asked = set(), {}, {"requests": 0}


def keep(lines):
    for line in lines:
        out.write(json.dumps(line) + "\n")
    out.flush()


def plain(value):
    """What an OTLP value says, as JSON."""
    which = value.WhichOneof("value")
    if which == "kvlist_value":
        return {pair.key: plain(pair.value) for pair in value.kvlist_value.values}
    if which == "array_value":
        return [plain(one) for one in value.array_value.values]
    return getattr(value, which) if which else None


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def log_message(self, *_):
        pass

    def answer(self, status, body, **head):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        for name, value in head.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with lock:
            asked["requests"] += 1
            # Now and then it is too busy, as any of them may be.
            often = 97 if kind == "web" else 7
            if asked["requests"] % often == 0 and not self.path.endswith("/ack"):
                return self.answer(503, {"text": "Server is busy", "code": 9}, Retry_After="0")
            getattr(self, kind)(body)

    def hec(self, body):
        if self.headers["Authorization"] != "Splunk letmein":
            return self.answer(403, {"text": "Invalid token", "code": 4})
        channel = self.headers["X-Splunk-Request-Channel"]
        if not channel:
            return self.answer(400, {"text": "Data channel is missing", "code": 10})
        if self.path == "/services/collector/ack":
            answers = {}
            for ack in json.loads(body)["acks"]:
                # Not indexed at the first question, as it is in a real one.
                acks[channel, ack] = acks.get((channel, ack), 0) + 1
                answers[str(ack)] = acks[channel, ack] > 1
            return self.answer(200, {"acks": answers})
        assert self.path == "/services/collector/event", self.path
        events, decoder, text = [], json.JSONDecoder(), body.decode()
        while text.strip():
            event, end = decoder.raw_decode(text.lstrip())
            text = text.lstrip()[end:]
            if "event" not in event:
                return self.answer(400, {"text": "Event field is required", "code": 12})
            unknown = set(event) - {"time", "host", "source", "sourcetype", "index", "event", "fields"}
            assert not unknown, unknown
            events.append(event["event"])
        keep(events)
        self.answer(200, {"text": "Success", "code": 0, "ackId": asked["requests"]})

    def bulk(self, body):
        assert self.path == "/_bulk" and body.endswith(b"\n")
        assert self.headers["Content-Type"] == "application/x-ndjson"
        lines, items, kept = body.decode().split("\n")[:-1], [], []
        for action, document in zip(lines[::2], lines[1::2]):
            create, document = json.loads(action)["create"], json.loads(document)
            item = {"_index": create["_index"], "_id": create["_id"], "status": 201}
            if "@timestamp" not in document:
                item |= {"status": 400, "error": {"type": "mapper_parsing_exception"}}
            elif create["_id"] in seen:
                item |= {"status": 409, "error": {"type": "version_conflict_engine_exception"}}
            elif asked["requests"] % 3 == 0 and len(items) > 50:
                item |= {"status": 429, "error": {"type": "es_rejected_execution_exception"}}
            else:
                seen.add(create["_id"])
                kept.append(document)
            items.append({"create": item})
        keep(kept)
        errors = any(item["create"]["status"] >= 300 for item in items)
        self.answer(200, {"took": 1, "errors": errors, "items": items})

    def otlp(self, body):
        from google.protobuf.json_format import Parse
        from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
        assert self.path == "/v1/logs" and self.headers["Content-Type"] == "application/json"
        request, kept = Parse(body, ExportLogsServiceRequest()), []
        for resource in request.resource_logs:
            for scope in resource.scope_logs:
                for record in scope.log_records:
                    assert record.time_unix_nano > 0 and record.severity_number > 0
                    assert record.event_name.startswith("moored.")
                    kept.append(plain(record.body))
        keep(kept)
        self.answer(200, {})

    def web(self, body):
        names = ("Moored-Signature", "Moored-Timestamp", "Moored-Event", "Content-Type")
        head = {name: self.headers[name] for name in names if self.headers[name]}
        if os.path.exists(path + ".refuse") and "refuse me" in body.decode():
            return self.answer(422, {"error": "not this one"})
        keep([{"head": head, "body": body.decode()}])
        self.answer(200, {})


if kind == "bulk" and os.path.exists(path):
    seen.update(json.loads(line)["metadata"]["uid"] for line in open(path) if line.endswith("\n"))
server = ThreadingHTTPServer(("127.0.0.1", int(port)), Receiver)
if len(sys.argv) > 4:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[4], sys.argv[5])
    server.socket = tls.wrap_socket(server.socket, server_side=True)
server.serve_forever()
