"""Files from the web: unchanged ones are not sent again, cut-off ones go on where they stopped, none is kept half."""

import base64
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError, InvalidHeader, MaxRetryError

from ghost_pipeline.errors import BadInputError, GhostError

RETRIES = urllib3.Retry(total=6, connect=2, other=2, backoff_factor=0.5, backoff_max=60)
"""Waits double from 1 s; a Retry-After of the server goes before. Who cannot be reached, or sends what is no whole
file, is asked three times. An attempt that brings the file on begins the count anew."""
LONGEST_WAIT_S = 300.0
"""Who asks for more patience is given up."""
_REDIRECTS = urllib3.Retry(total=None, connect=0, read=0, status=0, other=0, redirect=5)
_TIMEOUT = urllib3.Timeout(connect=10, read=60)
_TRY_AGAIN = {403, 408, 425, 429, 500, 502, 503, 504}
"""403 only where it comes with Retry-After, as some hosts answer to too many requests."""
_NOT_THERE = {404, 410}
_PIECE_BYTES = 2**20

Progress = Callable[[str, int, int], None]
"""Called with a file's name, how many bytes are here and how many there are."""


class NotPublishedError(GhostError):
    """The server has no such file."""


class UnreachableError(GhostError):
    """No answer from the server."""


@dataclass(frozen=True)
class Download:
    """A whole file in `path`. `changed` says that its bytes were fetched now; else they were here already."""

    path: Path
    url: str
    sha256: str
    size: int
    changed: bool


@dataclass(frozen=True)
class _Held:
    """What is known of a file, or of the beginning of one: kept beside it as JSON."""

    url: str
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""
    size: int = 0

    @property
    def validator(self) -> str:
        """What If-Range may compare: a strong tag, else the time of change."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


def download(
    url: str,
    path: Path,
    progress: Progress = lambda name, done, total: None,
    check: Callable[[Path], None] = lambda path: None,
    policy: urllib3.Retry = RETRIES,
) -> Download:
    """Bring the file at `url` to `path`, which keeps its old bytes until the new ones are whole.

    Asks with If-None-Match and If-Modified-Since where the file is here, and with Range and If-Range where a beginning
    is (`<path>.part`). Checks the size and, where given, Content-MD5, then `check`, which raises BadInputError of a
    file that is not whole. Raises NotPublishedError, UnreachableError, or GhostError with what the server said.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    transfer = _Transfer(url, path, progress, check)
    left = policy
    with _pool(url) as web:
        while True:
            before = transfer.part_size
            response: urllib3.BaseHTTPResponse | None = None
            error: Exception | None = None
            try:
                response = web.request(
                    "GET",
                    url,
                    headers=transfer.headers(),
                    preload_content=False,
                    retries=_REDIRECTS,
                    timeout=_TIMEOUT,
                )
                done = transfer.take(response)
                if done is not None:
                    return done
            except HTTPError as failure:
                error = failure.reason if isinstance(failure, MaxRetryError) else failure
            except BadInputError as failure:
                error = HTTPError(str(failure))
                transfer.forget_part()
            finally:
                if response is not None:
                    response.release_conn()
            left = _next(policy if 0 < before < transfer.part_size else left, url, response, error)
            time.sleep(_wait_s(left, url, response))


class _Transfer:
    """One file on its way."""

    def __init__(self, url: str, path: Path, progress: Progress, check: Callable[[Path], None]) -> None:
        self.url, self.path, self.progress, self.check = url, path, progress, check
        self.part = path.with_name(f"{path.name}.part")
        self.whole = self._known(self.path)
        if self.whole and (not self.path.is_file() or _sha256(self.path) != self.whole.sha256):
            self.whole = None
        self.begun = self._known(self.part) if self.part.is_file() else None

    @property
    def part_size(self) -> int:
        return self.part.stat().st_size if self.begun and self.part.is_file() else 0

    def headers(self) -> dict[str, str]:
        asked = {"Accept-Encoding": "identity", "User-Agent": "ghost_pipeline"}
        if self.whole:
            asked |= {"If-None-Match": self.whole.etag, "If-Modified-Since": self.whole.last_modified}
        if self.part_size and self.begun and self.begun.validator:
            asked |= {"Range": f"bytes={self.part_size}-", "If-Range": self.begun.validator}
        return {name: value for name, value in asked.items() if value}

    def take(self, response: urllib3.BaseHTTPResponse) -> Download | None:
        """Use an answer; None when to ask again. Raises HTTPError when cut off, BadInputError, GhostError."""
        status = response.status
        if status == 304 and self.whole:
            return Download(self.path, self.url, self.whole.sha256, self.whole.size, changed=False)
        if status in _NOT_THERE:
            raise NotPublishedError(f"{shown(self.url)}: the server has no such file ({status})")
        if status == 416:
            self.forget_part()
            return None
        if status in _TRY_AGAIN and (status != 403 or "Retry-After" in response.headers):
            return None
        if status not in (200, 206):
            raise GhostError(
                f"{shown(self.url)}: found answer {status} {response.reason}; expected the file. Check the address."
            )
        if status == 206 and not response.headers.get("Content-Range", "").startswith(f"bytes {self.part_size}-"):
            self.forget_part()
            return None
        self._receive(response, resumed=status == 206)
        return self._finish(response.headers)

    def forget_part(self) -> None:
        """Begin anew at the next attempt."""
        self.part.unlink(missing_ok=True)
        _about(self.part).unlink(missing_ok=True)
        self.begun = None

    def _receive(self, response: urllib3.BaseHTTPResponse, resumed: bool) -> None:
        here = self.part_size if resumed else 0
        total = here + int(response.headers.get("Content-Length", 0))
        if not resumed:
            self.forget_part()
            self.begun = _Held(self.url, response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))
            _about(self.part).write_text(json.dumps(asdict(self.begun)))
        with self.part.open("ab" if resumed else "wb") as file:
            while piece := response.read1(_PIECE_BYTES):
                try:
                    file.write(piece)
                except OSError as error:
                    raise GhostError(f"cannot write {self.part}: {error.strerror}. Check space and rights.") from error
                here += len(piece)
                self.progress(self.path.name, here, max(total, here))

    def _finish(self, headers: Mapping[str, str]) -> Download:
        if (promised := headers.get("Content-MD5")) and _digest(self.part, "md5") != base64.b64decode(promised):
            raise BadInputError(self.path.name, "another Content-MD5", "the promised one", "Get the file again.")
        self.check(self.part)
        assert self.begun is not None
        held = _Held(
            self.url,
            self.begun.etag,
            self.begun.last_modified,
            _sha256(self.part),
            self.part.stat().st_size,
        )
        same = self.whole is not None and self.whole.sha256 == held.sha256
        _about(self.path).unlink(missing_ok=True)
        self.part.replace(self.path)
        _about(self.path).write_text(json.dumps(asdict(held)))
        self.forget_part()
        return Download(self.path, self.url, held.sha256, held.size, changed=not same)

    def _known(self, path: Path) -> _Held | None:
        """What stands beside a file, when it came from this address."""
        try:
            held = _Held(**json.loads(_about(path).read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None
        return held if held.url == self.url else None


def shown(url: str) -> str:
    """The address without user, password and query, which may hold secrets."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _next(
    left: urllib3.Retry, url: str, response: urllib3.BaseHTTPResponse | None, error: Exception | None
) -> urllib3.Retry:
    """What is left after one more failure. Raises GhostError when nothing is."""
    try:
        return left.increment("GET", url, response=None if error else response, error=error)
    except MaxRetryError as exhausted:
        if response is None:
            raise UnreachableError(
                f"{urlsplit(url).hostname} cannot be reached ({error}). Check the network, or bring the files from "
                "elsewhere and `ghost land` their folder. What is here already stays."
            ) from exhausted
        raise GhostError(
            f"{shown(url)}: given up after several attempts, the last with {error or f'answer {response.status}'}. "
            "Run the command again later: it goes on where it stopped."
        ) from exhausted


def _wait_s(left: urllib3.Retry, url: str, response: urllib3.BaseHTTPResponse | None) -> float:
    """How long to wait: what the server asks for, else the policy's. Raises GhostError when that is too long."""
    try:
        asked = left.get_retry_after(response) if response is not None else None
    except InvalidHeader:
        asked = None
    if asked and asked > LONGEST_WAIT_S:
        raise GhostError(f"{shown(url)}: the server asks to come back in {asked:.0f} s. Run the command again then.")
    return asked or left.get_backoff_time()


def _pool(url: str) -> urllib3.PoolManager:
    """Goes through the proxy that the environment names."""
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    if proxy and not proxy_bypass(parts.hostname or ""):
        return urllib3.ProxyManager(proxy)
    return urllib3.PoolManager()


def _about(path: Path) -> Path:
    return path.with_name(f".{path.name}.json")


def _sha256(path: Path) -> str:
    return _digest(path, "sha256").hex()


def _digest(path: Path, name: str) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, name).digest()
