"""The WSGI layer before moto.

It corrects what cannot be corrected inside moto (routing, crashes that answer HTML), answers what moto
has not got at all (eks.answer, other.answer), keeps the call log, injects faults and serves:

    POST /_test/faults   the list described in faults.py
    POST /_test/config   any keys of config.CONFIG
    POST /_test/health   target states, see config.HEALTH
    POST /_test/world    forgets everything, then seeds world.py; answers its map
    GET  /_test/log      logged calls;  POST {"file": …, "key": …} starts a new log
    GET  /_test/faults|config|health|unhandled
    GET  /oracle/log?file=F, /oracle/stats, /oracle/unhandled   for the conformance tools: only the key LBC counts
    POST /moto-api/reset    forgets everything, faults, health states and log rows included
"""
import io
import json
import re
import threading
import time
import urllib.request
import uuid
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import world

from . import acm, ec2, eks, iam, other, sts, waf  # noqa: F401  (importing them corrects moto)
from . import elbv2_health, elbv2_listeners, elbv2_load_balancers, elbv2_rules  # noqa: F401
from . import elbv2_tags, elbv2_target_groups, elbv2_trust_stores  # noqa: F401
from .call import parse
from .calllog import CallLog
from .config import CONFIG, HEALTH
from .elbv2_checks import index_uses
from .faults import Faults, status_of

ORACLE_KEY = "LBC"
JSON = "application/x-amz-json-1.1"


class NotEmulated(Exception):
    """moto answered with a web page where an AWS answer belongs."""


OWN_NAMES = re.compile(r"^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\]|(?:[\w-]+\.){1,8}amazonaws\.com(?:\.cn)?)(?::\d+)?$", re.I)
OWN_ORIGIN = re.compile(r"^https?://(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$", re.I)


def why_refused(environ):
    """Whoever is no program of this machine: a web page at work, or a name that was made to lead here."""
    if not OWN_NAMES.match(environ.get("HTTP_HOST", "")):
        return "Host is not an address of this machine"
    if not OWN_ORIGIN.match(environ.get("HTTP_ORIGIN", "http://127.0.0.1")):
        return "Origin is another page"
    return "a request from another site" if environ.get("HTTP_SEC_FETCH_SITE") == "cross-site" else None


class Front:
    def __init__(self, app):
        self.app = app
        self.moto_lock = threading.RLock()  # moto has no locks: one request at a time
        self.faults = Faults()
        self.log = CallLog()

    # ---- WSGI

    def __call__(self, environ, start_response):
        refused = why_refused(environ)
        if refused:
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [f"{refused}\n".encode()]
        path = environ.get("PATH_INFO", "")
        body = read_body(environ)
        if path == "/_test/world":
            return self.world(environ, body, start_response)
        if path.startswith("/_test/"):
            return self.admin(path[len("/_test/"):], environ["REQUEST_METHOD"], body, start_response)
        if path.startswith("/oracle/"):
            return self.oracle(path[len("/oracle/"):], environ, start_response)
        if path.startswith("/moto-api/"):
            with self.moto_lock:
                index_uses(False)
                if path == "/moto-api/reset":
                    self.reset()
                return self.app(environ, start_response)
        call = parse(environ, body)
        if not call.signed and call.service == "?" and not body:
            return self.app(environ, start_response)
        if not environ.get("HTTP_AUTHORIZATION") and call.service == "sts":
            # moto routes by this header and would send a presigned STS URL to S3
            environ["HTTP_AUTHORIZATION"] = (f"AWS4-HMAC-SHA256 Credential={call.key}/20260101/{call.region}"
                                             "/sts/aws4_request, SignedHeaders=host, Signature=0")
        fault = self.faults.pick(f"{call.service}:{call.action}")
        self.log.begin(call)
        began = time.time()
        status, headers, answer = 500, [], b""
        try:
            time.sleep((CONFIG["latency_ms"] + (fault or {}).get("delay_ms", 0)) / 1000)
            status, headers, answer = self.answer(environ, call, fault)
        finally:
            self.log.end(call, began, status, answer, fault)
        if not any(name.lower() == "x-amzn-requestid" for name, _ in headers):
            headers.append(("x-amzn-RequestId", str(uuid.uuid4())))
        start_response(f"{status} {'OK' if status < 400 else 'Error'}", headers)
        return [answer]

    def answer(self, environ, call, fault):
        """(status, headers, body) of one AWS call."""
        if fault and "code" in fault and not fault.get("lose_reply"):
            return error(call, status_of(fault), fault["code"], fault.get("message", "Rate exceeded"))
        try:
            with self.moto_lock:
                index_uses(not call.writes)
                found = eks.answer(call) or other.answer(call) or waf.answer(call)
                if found:
                    result = as_json(*found)
                else:
                    result = self.ask_moto(environ, call)
        except (NotEmulated, NotImplementedError) as e:
            return error(call, 501, "NotImplemented", f"{call.service}:{call.action} is not emulated: {e}")
        except Exception as e:  # a crash inside moto; 501, because SDKs retry 500
            text = f"{call.service}:{call.action}: {type(e).__name__}: {e}"
            return error(call, 501, "EmulatorCrash", text)
        if fault and fault.get("lose_reply"):
            return error(call, 500, "InternalFailure", "The reply was lost (injected)")
        return result

    def ask_moto(self, environ, call):
        seen = {}

        def started(line, headers, exc_info=None):
            seen.update(status=int(line.split()[0]), headers=list(headers))
            return lambda data: None

        result = self.app(environ, started)
        body = b"".join(result)
        if hasattr(result, "close"):
            result.close()
        html = any(name.lower() == "content-type" and "text/html" in value for name, value in seen["headers"])
        if seen["status"] in (404, 500) and html and call.style == "json":
            raise NotEmulated("moto has no such path")
        return seen["status"], seen["headers"], body

    # ---- own routes

    def reset(self):
        self.faults.set([])
        self.log.clear()
        HEALTH.clear()
        eks.reset()
        other.reset()
        waf.reset()

    def admin(self, name, method, body, start_response):
        try:
            data = json.loads(body or b"null")
        except ValueError:
            return reply(start_response, 400, {"error": "the body is not JSON"})
        if method == "POST" and name == "faults":
            self.faults.set(data)
        elif method == "POST" and name == "health":
            HEALTH.update(data or {})
        elif method == "POST" and name == "config":
            unknown = sorted(set(data or {}) - set(CONFIG))
            if unknown:
                text = f"unknown settings {unknown}; known: {sorted(CONFIG)}"
                return reply(start_response, 400, {"error": text})
            limits = (data or {}).pop("limits", {})
            CONFIG["limits"].update(limits)
            CONFIG.update(data or {})
        elif method == "POST" and name == "log":
            self.log.start((data or {}).get("file"), (data or {}).get("key"))
        views = {"faults": lambda: self.faults.faults, "health": lambda: HEALTH, "config": lambda: CONFIG,
                 "log": lambda: list(self.log.rows), "unhandled": lambda: self.log.unhandled,
                 "stats": self.log.stats}
        if name not in views:
            return reply(start_response, 404, {"error": f"no such route; known: {sorted(views)}"})
        return reply(start_response, 200, views[name]())

    def world(self, environ, body, start_response):
        """{"seed": 42, …arguments of world.seed}: the seed makes ids reproducible."""
        try:
            wanted = json.loads(body or b"{}")
        except ValueError:
            return reply(start_response, 400, {"error": "the body is not JSON"})
        host = f"http://127.0.0.1:{environ['SERVER_PORT']}"
        post(host + "/moto-api/reset")
        world.client("ec2", host).describe_vpcs()  # what moto makes on first use draws ids: before the seed, always
        post(f"{host}/moto-api/seed?a={int(wanted.pop('seed', 42))}")
        try:
            made = world.seed(host, **wanted)
        except TypeError as e:
            return reply(start_response, 400, {"error": str(e)})
        self.log.clear()
        return reply(start_response, 200, made)

    def oracle(self, name, environ, start_response):
        if name == "log":
            query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
            self.log.start(query.get("file"), ORACLE_KEY, secrets=True)
            return reply(start_response, 200, {})
        return reply(start_response, 200, self.log.unhandled if name == "unhandled" else self.log.stats())


# ---- helpers


def post(url):
    request = urllib.request.Request(url, data=b"", method="POST")
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).close()


def read_body(environ):
    """The whole body (calls are small), put back for moto."""
    if not environ.get("CONTENT_LENGTH"):
        return b""
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def as_json(status, value):
    data = json.dumps(value).encode()
    headers = [("Content-Type", JSON), ("Content-Length", str(len(data)))]
    if status >= 400:
        headers.append(("x-amzn-ErrorType", value["__type"]))
    return status, headers, data


def reply(start_response, status, value):
    status, headers, data = as_json(status, {"__type": "BadRequest", **value} if status >= 400 else value)
    start_response(f"{status} {'OK' if status < 400 else 'Error'}", headers)
    return [data]


def error(call, status, code, message):
    """An error in the wire format of the service that was called, so that every SDK can parse it."""
    if call.style == "json":
        return as_json(status, {"__type": code, "message": message})
    request_id = str(uuid.uuid4())
    inner = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    text = {
        "ec2": f"<Response><Errors><Error>{inner}</Error></Errors>"
               f"<RequestID>{request_id}</RequestID></Response>",
        "rest-xml": f"<Error>{inner}<RequestId>{request_id}</RequestId></Error>",
        "query": f"<ErrorResponse><Error><Type>Sender</Type>{inner}</Error>"
                 f"<RequestId>{request_id}</RequestId></ErrorResponse>",
    }[call.style].encode()
    return status, [("Content-Type", "text/xml"), ("Content-Length", str(len(text)))], text
