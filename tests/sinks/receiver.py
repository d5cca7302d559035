"""A receiver of events: python3 receiver.py KIND PORT FILE [CERTIFICATE KEY]

KIND is hec (Splunk's HTTP event collector, with two tokens: `letmein`, which
acknowledges, and `silent`, which does not), bulk (Elasticsearch's bulk interface
with create), otlp (OTLP over HTTP; the request is read by the classes Google's
compiler makes of OpenTelemetry's definitions, which take no field they do not
know), export (the same, for what a collector hands on), or web (any web server).

What is acknowledged is in the file, one line of JSON for each event. Each is written
as its protocol's documentation says, its errors included; none is the maker's own
program. Beside what a real one says, each is too busy now and then, and refuses
events that hold "refuse me" while FILE.refuse exists.
"""
import base64, gzip, json, os, ssl, sys, threading, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

kind, port, path = sys.argv[1:4]
lock = threading.Lock()
out = open(path, "a", buffering=1 << 20)
seen, asked = set(), {"requests": 0}
# Splunk's channels: what was sent by each, and whether that is indexed.
channels = {}
TOKENS = {"letmein": {"acknowledges": True}, "silent": {"acknowledges": False}}
INDEXES = {"main", "security"}


def keep(lines):
    for line in lines:
        out.write(json.dumps(line) + "\n")
    out.flush()


def is_refused(text):
    return "refuse me" in text and os.path.exists(path + ".refuse")


def is_channel(text):
    try:
        return bool(uuid.UUID(text))
    except ValueError:
        return False


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
            often = {"web": 97, "export": 0}.get(kind, 7)
            if often and asked["requests"] % often == 0:
                return self.busy()
            getattr(self, kind)(body)

    def busy(self):
        if kind == "hec":
            self.splunk(503, 9, "Server is busy")
        elif kind == "bulk":
            self.elastic(429, "es_rejected_execution_exception", "too many requests")
        else:
            self.answer(503, {"message": "busy"}, Retry_After="0")

    # Splunk

    def splunk(self, status, code, text, **more):
        more = {name.replace("_", "-"): value for name, value in more.items()}
        self.answer(status, {"text": text, "code": code} | more)

    def hec(self, body):
        scheme, _, token = (self.headers["Authorization"] or "").partition(" ")
        if not scheme:
            return self.splunk(401, 2, "Token is required")
        if scheme != "Splunk" or not token:
            return self.splunk(401, 3, "Invalid authorization")
        if token not in TOKENS:
            return self.splunk(403, 4, "Invalid token")
        acknowledges = TOKENS[token]["acknowledges"]
        channel = self.headers["X-Splunk-Request-Channel"]
        if acknowledges and not channel:
            return self.splunk(400, 10, "Data channel is missing")
        if channel and not is_channel(channel):
            return self.splunk(400, 11, "Invalid data channel")
        if self.path == "/services/collector/ack":
            return self.acknowledge(body, acknowledges, channel)
        assert self.path == "/services/collector/event", self.path
        events = self.events(body.decode())
        if events is None:
            return
        if not acknowledges:
            keep(events)
            return self.splunk(200, 0, "Success")
        sent = channels.setdefault(channel, [])
        sent.append({"events": events, "is_indexed": False})
        self.splunk(200, 0, "Success", ackId=len(sent) - 1)

    def events(self, text):
        """The events of a request, or none if one of them is wrong: then it is answered."""
        events, decoder, text = [], json.JSONDecoder(), text.strip()
        if not text:
            return self.splunk(400, 5, "No data")
        while text:
            number = {"invalid_event_number": len(events)}
            try:
                event, end = decoder.raw_decode(text)
            except ValueError:
                return self.splunk(400, 6, "Invalid data format", **number)
            unknown = set(event) - {"time", "host", "source", "sourcetype", "index", "event", "fields"}
            assert not unknown, unknown
            if is_refused(text[:end]):
                return self.splunk(400, 6, "Invalid data format", **number)
            if event.get("event") is None:
                return self.splunk(400, 12, "Event field is required", **number)
            if event["event"] == "":
                return self.splunk(400, 13, "Event field cannot be blank", **number)
            if any(isinstance(value, dict) for value in event.get("fields", {}).values()):
                return self.splunk(400, 15, "Error in handling indexed fields", **number)
            if event.get("index", "main") not in INDEXES:
                return self.splunk(400, 7, "Incorrect index", **number)
            events.append(event["event"])
            text = text[end:].lstrip()
        return events

    def acknowledge(self, body, acknowledges, channel):
        """What is sent is in memory until it is indexed, which is after the first
        question; what is told to be indexed is forgotten, and what is not known,
        as after a restart, never is."""
        if not acknowledges:
            return self.splunk(400, 14, "ACK is disabled")
        sent, answers = channels.get(channel, []), {}
        for number in json.loads(body)["acks"]:
            is_known = number < len(sent) and sent[number] is not None
            answers[str(number)] = is_known and sent[number]["is_indexed"]
            if answers[str(number)]:
                sent[number] = None
        for one in [one for sent in channels.values() for one in sent if one]:
            if not one["is_indexed"]:
                keep(one["events"])
                one["is_indexed"] = True
        self.answer(200, {"acks": answers})

    # Elasticsearch

    def elastic(self, status, what, reason):
        cause = {"type": what, "reason": reason}
        self.answer(status, {"error": {"root_cause": [cause], **cause}, "status": status})

    def bulk(self, body):
        assert self.path == "/_bulk"
        known = "Basic " + base64.b64encode(b"elastic:letmein").decode()
        if self.headers["Authorization"] not in (None, known):
            return self.elastic(401, "security_exception", "unable to authenticate user")
        if self.headers["Content-Type"] not in ("application/x-ndjson", "application/json"):
            return self.answer(406, {"error": "Content-Type header is not supported", "status": 406})
        if not body:
            return self.elastic(400, "parse_exception", "request body is required")
        if not body.endswith(b"\n"):
            reason = "The bulk request must be terminated by a newline [\\n]"
            return self.elastic(400, "illegal_argument_exception", reason)
        lines, items, kept = body.decode().split("\n")[:-1], [], []
        for number, action in enumerate(lines[::2]):
            try:
                create = json.loads(action)["create"]
                index, name = create["_index"], create["_id"]
            except (ValueError, KeyError):
                reason = f"Malformed action/metadata line [{2 * number + 1}]"
                return self.elastic(400, "illegal_argument_exception", reason)
            if 2 * number + 1 == len(lines):
                reason = "Validation Failed: 1: no requests added;"
                return self.elastic(400, "action_request_validation_exception", reason)
            status, what = self.create(index, name, lines[2 * number + 1], len(items), kept)
            error = {"error": {"type": what, "reason": what}} if what else {}
            items.append({"create": {"_index": index, "_id": name, "status": status} | error})
        keep(kept)
        errors = any(item["create"]["status"] >= 300 for item in items)
        self.answer(200, {"took": 1, "errors": errors, "items": items})

    def create(self, index, name, text, place, kept):
        """What becomes of one document: status and error."""
        if index != index.lower():
            return 400, "invalid_index_name_exception"
        if index == "missing":
            return 404, "index_not_found_exception"
        try:
            document = json.loads(text)
        except ValueError:
            return 400, "document_parsing_exception"
        if "@timestamp" not in document or is_refused(text):
            return 400, "document_parsing_exception"
        if name in seen:
            return 409, "version_conflict_engine_exception"
        if asked["requests"] % 3 == 0 and place > 50:
            return 429, "es_rejected_execution_exception"
        seen.add(name)
        kept.append(document)
        return 201, None

    # OpenTelemetry

    def records(self, request):
        return [
            record
            for resource in request.resource_logs
            for scope in resource.scope_logs
            for record in scope.log_records
        ]

    def otlp(self, body):
        from google.protobuf.json_format import Parse
        from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
        assert self.path == "/v1/logs"
        if self.headers["Content-Type"] != "application/json":
            return self.answer(415, {"message": "unsupported media type"})
        kept, rejected = [], 0
        for record in self.records(Parse(body, ExportLogsServiceRequest())):
            assert record.time_unix_nano > 0 and record.severity_number > 0
            assert record.event_name.startswith("moored.")
            event = plain(record.body)
            if is_refused(json.dumps(event)):
                rejected += 1
            else:
                kept.append(event)
        keep(kept)
        partial = {"rejectedLogRecords": str(rejected), "errorMessage": "not this one"}
        self.answer(200, {"partialSuccess": partial} if rejected else {})

    def export(self, body):
        from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
        assert self.path == "/v1/logs" and self.headers["Content-Type"] == "application/x-protobuf"
        if self.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
        keep(plain(record.body) for record in self.records(ExportLogsServiceRequest.FromString(body)))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    # Any web server

    def web(self, body):
        names = ("Moored-Signature", "Moored-Timestamp", "Moored-Event", "Content-Type")
        head = {name: self.headers[name] for name in names if self.headers[name]}
        if is_refused(body.decode()):
            return self.answer(422, {"error": "not this one"})
        keep([{"head": head, "body": body.decode()}])
        self.answer(200, {})


if kind == "bulk" and os.path.exists(path):
    seen.update(json.loads(line)["metadata"]["uid"] for line in open(path) if line.endswith("\n"))
server = ThreadingHTTPServer(("127.0.0.1", int(port)), Receiver)
if len(sys.argv) > 4:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[4], sys.argv[5])
    # Whoever is slow to shake hands keeps nobody else waiting.
    server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
server.serve_forever()
