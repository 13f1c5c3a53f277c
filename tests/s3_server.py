"""A real S3 server over HTTP on this machine, which may lack what some servers lack."""

import random
import socket
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from ghost_pipeline.storage.s3 import S3Store

BUCKET = "season"
ACCOUNT = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "not-a-secret",
    "AWS_SESSION_TOKEN": "not-a-token",
    "AWS_DEFAULT_REGION": "us-east-1",
}
Application = Callable[[dict[str, Any], Callable], Any]


@contextmanager
def s3_server(around: Callable[[Application], Application] = lambda application: application) -> Iterator[str]:
    """Serve until the end of the block; gives the address. `around` may change requests or refuse them."""
    application = around(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, True, request_handler=MotoRequestHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def new_store(endpoint: str) -> S3Store:
    """An empty store; the credentials are those of the environment."""
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=BUCKET)
    return S3Store(f"s3://{BUCKET}/{uuid.uuid4().hex}", endpoint)


def refusing_conditions(application: Application) -> Application:
    """A server that answers conditional puts with 501, as some do."""

    def serve(environ: dict[str, Any], start_response: Callable) -> Any:
        if environ["REQUEST_METHOD"] == "PUT" and {"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"} & environ.keys():
            body = b"<Error><Code>NotImplemented</Code><Message>A header means something unknown</Message></Error>"
            start_response("501 Not Implemented", [("Content-Type", "application/xml")])
            return [body]
        return application(environ, start_response)

    return serve


def ignoring_conditions(application: Application) -> Application:
    """A server that overwrites whatever the condition says, as OpenStack Swift does."""

    def serve(environ: dict[str, Any], start_response: Callable) -> Any:
        if environ["REQUEST_METHOD"] == "PUT":
            environ = {name: value for name, value in environ.items() if "MATCH" not in name}
        return application(environ, start_response)

    return serve


def refusing(method: str) -> Callable[[Application], Application]:
    """A server that denies one kind of request for objects."""

    def around(application: Application) -> Application:
        def serve(environ: dict[str, Any], start_response: Callable) -> Any:
            is_object = environ["PATH_INFO"].count("/") > 1
            if environ["REQUEST_METHOD"] == method and is_object:
                start_response("403 Forbidden", [("Content-Type", "application/xml")])
                return [b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"]
            return application(environ, start_response)

        return serve

    return around


class Troubles:
    """A share of requests fails: refused with 500 or 503, cut off before or after they took effect, or half answered.

    `share` may be changed while the server runs; `count` says how often each happened.
    """

    def __init__(self, share: float, seed: int) -> None:
        self.share, self.draw, self.count = share, random.Random(seed), Counter[str]()
        self.requests = 0

    def __call__(self, application: Application) -> Application:
        def serve(environ: dict[str, Any], start_response: Callable) -> Any:
            self.requests += 1
            if self.draw.random() >= self.share:
                return application(environ, start_response)
            kind = self.draw.choice(("500", "503", "cut before", "cut after", "half an answer"))
            self.count[kind] += 1
            if kind == "500":
                return _refused(start_response, "500 Internal Server Error", "InternalError")
            if kind == "503":
                return _refused(start_response, "503 Slow Down", "SlowDown")
            if kind != "cut before":
                body = b"".join(application(environ, start_response))
                if kind == "half an answer":
                    return [body[: len(body) // 2]]
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionAbortedError

        return serve


def _refused(start_response: Callable, status: str, code: str) -> list[bytes]:
    start_response(status, [("Content-Type", "application/xml")])
    return [f"<Error><Code>{code}</Code><Message>Please try again</Message></Error>".encode()]


def delayed_by(seconds: float) -> Callable[[Application], Application]:
    """A server that is far away."""

    def around(application: Application) -> Application:
        def serve(environ: dict[str, Any], start_response: Callable) -> Any:
            time.sleep(seconds)
            return application(environ, start_response)

        return serve

    return around
