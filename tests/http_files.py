"""A real HTTP server for a folder, with the manners of a good host and, when told so, those of bad ones."""

import base64
import email.utils
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass(frozen=True)
class Trouble:
    """What the server does instead of, or while, sending one file."""

    status: int = 200
    retry_after: str | None = None
    cut_after: int | None = None
    """Bytes after which the connection is dropped."""
    short_by: int = 0
    """Bytes missing at the end, with a Content-Length that fits: nobody but the format can tell."""
    wrong_md5: bool = False
    ignore_range: bool = False


GOOD = Trouble()


@dataclass
class FileServer:
    """Serves `root`; `troubles` are taken up one per request to a path, `seen` holds (path, headers, status)."""

    root: Path
    troubles: dict[str, list[Trouble]] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str], int]] = field(default_factory=list)
    tags: bool = True
    weak: bool = False
    url: str = ""

    def statuses(self, name: str = "") -> list[int]:
        """Of the requests for files whose path ends so."""
        return [status for path, _, status in self.seen if path.endswith(name)]

    def sent(self, header: str) -> list[str | None]:
        """This header of every request."""
        return [headers.get(header) for _, headers, _ in self.seen]


@contextmanager
def serving(root: Path, **about: bool) -> Iterator[FileServer]:
    """A server on a free port of this machine."""
    server = FileServer(root, **about)
    http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"files": server}))
    server.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()


class _Handler(BaseHTTPRequestHandler):
    files: FileServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Silence."""

    def do_GET(self) -> None:
        waiting = self.files.troubles.get(self.path, [])
        trouble = waiting.pop(0) if waiting else GOOD
        path = self.files.root / self.path.lstrip("/")
        if trouble.status != 200:
            return self._say(trouble.status, {"Retry-After": trouble.retry_after} if trouble.retry_after else {})
        if not path.is_file():
            return self._say(404)
        content = path.read_bytes()
        tag = f'"{hashlib.sha256(content).hexdigest()[:12]}"'
        tag = f"W/{tag}" if self.files.weak else tag
        changed = email.utils.formatdate(path.stat().st_mtime, usegmt=True)
        about = {"Last-Modified": changed} | ({"ETag": tag} if self.files.tags else {})
        if tag == self.headers.get("If-None-Match") or (
            "If-None-Match" not in self.headers and changed == self.headers.get("If-Modified-Since")
        ):
            return self._say(304, about)
        return self._send(content, about, trouble, {tag, changed})

    def _send(self, content: bytes, about: dict[str, str], trouble: Trouble, validators: set[str]) -> None:
        status, start = 200, 0
        asked = self.headers.get("Range")
        if asked and self.headers.get("If-Range") in validators and not trouble.ignore_range:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                return self._say(416)
            status = 206
            about["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        body = content[start : len(content) - trouble.short_by]
        if trouble.wrong_md5:
            about["Content-MD5"] = base64.b64encode(hashlib.md5(b"another").digest()).decode()
        self._say(status, about, len(body))
        if trouble.cut_after is not None:
            self.wfile.write(body[: trouble.cut_after])
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(2)
            return None
        self.wfile.write(body)
        return None

    def _say(self, status: int, headers: dict[str, str] | None = None, length: int = 0) -> None:
        self.files.seen.append((self.path, dict(self.headers), status))
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(length))
        self.end_headers()
