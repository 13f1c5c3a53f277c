"""A real HTTP server that takes JSON calls, as a chat's or a ticket system's web hook does."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

TOKEN = "token-that-must-not-leak"


class JsonHook:
    """Use as a context manager; `calls` are the bodies received, `status` is what it answers."""

    def __init__(self, status: int = 200) -> None:
        self.status, self.calls = status, []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if hook.status == 200:
                    hook.calls.append(body)
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"json://127.0.0.1:{self.server.server_port}/{TOKEN}"

    def __enter__(self) -> "JsonHook":
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def taken(self) -> list[dict[str, Any]]:
        """The calls since the last time this was asked."""
        calls, self.calls = self.calls, []
        return calls
