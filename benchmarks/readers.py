"""50 readers at once on the published pages, and 20 raters at once in the review app.

python benchmarks/readers.py [--readers 50] [--pages 40] [--raters 20] [--verdicts 5]

The pages are a made-up season's, served as plain files by a process of its own. Every reader is a thread that opens
pages in an order of its own, as fast as they come. The raters are sessions of the real server that `ghost review`
starts, over its WebSocket: each gives verdicts and writes his name and a number into the text. Held are: no error,
every page whole; every verdict stored once, under the name of him who gave it.
"""

import argparse
import http.client
import multiprocessing as mp
import random
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from made_review import fill, wait_for
from made_site import made_site

from ghost_pipeline.domain.rating import GOOD, QUESTIONABLE
from ghost_pipeline.publish.site import render_site
from ghost_pipeline.review.serve import start
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.objects import FolderStore
from ghost_pipeline.storage.ratings import Ratings

PATIENCE_S = 300
GAMES = 4


class _Silent(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    request_queue_size = 128


def serve(port: Connection, folder: Path) -> None:
    """Give the files of a folder to everybody."""
    with _Server(("127.0.0.1", 0), partial(_Silent, directory=str(folder))) as server:
        port.send(server.server_port)
        server.serve_forever()


def read(port: int, sizes: dict[str, int], pages: int, seed: int) -> tuple[list[float], list[str]]:
    """One reader: seconds of each page, and what went wrong."""
    times_s, wrong = [], []
    draw = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    for page in draw.choices(sorted(sizes), k=pages):
        began_s = time.monotonic()
        try:
            connection.request("GET", f"/{page}")
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            wrong.append(f"{page}: {error!r}")
            connection.close()
            continue
        times_s.append(time.monotonic() - began_s)
        if answer.status != 200 or len(content) != sizes[page]:
            wrong.append(f"{page}: {answer.status}, {len(content)} of {sizes[page]} bytes")
    connection.close()
    return times_s, wrong


def at_once(what: Callable[..., object], arguments: list[tuple]) -> list:
    """Call a function with each of these arguments, all side by side."""
    with ThreadPoolExecutor(len(arguments)) as pool:
        return [one.result() for one in [pool.submit(what, *given) for given in arguments]]


def readers(count: int, pages: int) -> list[str]:
    """Print how long the pages took; what went wrong."""
    with tempfile.TemporaryDirectory() as text:
        sizes = {}
        for name, content in render_site(made_site()):
            path = Path(text) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            sizes[name] = len(content)
        ours, theirs = mp.get_context("spawn").Pipe()
        server = mp.get_context("spawn").Process(target=serve, args=(theirs, Path(text)), daemon=True)
        server.start()
        port = ours.recv()
        began_s = time.monotonic()
        found = at_once(read, [(port, sizes, pages, seed) for seed in range(count)])
        took_s = time.monotonic() - began_s
        server.kill()
    wrong = [one for _, mistakes in found for one in mistakes]
    _tell("page", [one for times_s, _ in found for one in times_s], took_s, f"{count} readers, {len(sizes)} files")
    return wrong


def _tell(what: str, times_s: list[float], took_s: float, who: str) -> None:
    median_s, slow_s = np.quantile(times_s, (0.5, 0.99))
    print(
        f"{who}: {len(times_s)} {what}s in {took_s:.1f} s; one takes {1000 * median_s:.0f} ms in the median, "
        f"{1000 * slow_s:.0f} ms at 99 %"
    )


class Session:
    """One browser's connection to the review app: what its page shows, and how to press a button."""

    def __init__(self, connection: ClientConnection, query: str) -> None:
        self.connection, self.query = connection, query
        self.known: dict[str, ForwardMsg] = {}
        self.run()

    def run(self, *states: WidgetState) -> None:
        """Let the script run with these states of widgets; read what it shows then."""
        order = BackMsg()
        order.rerun_script.query_string = self.query
        order.rerun_script.widget_states.widgets.extend(states)
        self.connection.send(order.SerializeToString())
        self.buttons: dict[str, str] = {}
        self.text_areas: list[str] = []
        while True:
            message = ForwardMsg.FromString(self.connection.recv(timeout=PATIENCE_S))
            if message.WhichOneof("type") == "ref_hash":
                message = self.known[message.ref_hash]
            elif message.hash:
                self.known[message.hash] = message
            if message.WhichOneof("type") == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return
                continue
            element = message.delta.new_element
            shown = element.WhichOneof("type")
            if shown == "button":
                self.buttons[element.button.label] = element.button.id
            elif shown == "text_area":
                self.text_areas.append(element.text_area.id)
            elif shown in ("exception", "alert") and "Traceback" in str(element):
                raise RuntimeError(str(element))

    def say(self, verdict: str, text: str) -> None:
        """Write a text and press the button of a verdict."""
        label = {GOOD: "Good", QUESTIONABLE: "Questionable"}[verdict]
        self.run(
            WidgetState(id=self.text_areas[0], string_value=text),
            click := WidgetState(id=self.buttons[label], trigger_value=True),
        )
        self.run(click)  # A second click on what is gone by now.


def rate(port: int, rater: str, verdicts: int) -> list[float]:
    """One rater; seconds from a verdict to the next path."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    times_s = []
    with connect(address, subprotocols=["streamlit"], max_size=None, open_timeout=PATIENCE_S) as connection:
        session = Session(connection, f"rater={rater}")
        for number in range(verdicts):
            began_s = time.monotonic()
            session.say(*_given(rater, number))
            times_s.append(time.monotonic() - began_s)
    return times_s


def _given(rater: str, number: int) -> tuple[str, str]:
    """A verdict and a text that no other rater gives."""
    return (GOOD, QUESTIONABLE)[(number + int(rater[1:])) % 2], f"{rater} number {number}"


def raters(count: int, verdicts: int) -> list[str]:
    """Print how long verdicts took; what was lost, doubled or mixed."""
    names = [f"R{number}" for number in range(count)]
    with tempfile.TemporaryDirectory() as text, socket.socket() as free:
        store = FolderStore(Path(text) / "store")
        fill(store, games=GAMES)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        server = start(Settings(home=Path(text)), port)
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health", PATIENCE_S)
            rate(port, "R999", 1)  # The first one waits for the imports and the drawing of the paths.
            began_s = time.monotonic()
            found = at_once(rate, [(port, name, verdicts) for name in names])
            took_s = time.monotonic() - began_s
        finally:
            server.terminate()
            server.wait(PATIENCE_S)
        stored = sorted((one.rater, one.verdict, one.text) for one in Ratings(store).all())
    _tell("verdict", [one for times_s in found for one in times_s], took_s, f"{count} raters")
    expected = sorted((name, *_given(name, number)) for name in names for number in range(verdicts))
    expected = sorted([*expected, ("R999", *_given("R999", 0))])
    return [] if stored == expected else [f"stored {len(stored)}, given {len(expected)}: {set(stored) ^ set(expected)}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--pages", type=int, default=40, help="each reader opens")
    parser.add_argument("--raters", type=int, default=20)
    parser.add_argument("--verdicts", type=int, default=5, help="each rater gives")
    asked = parser.parse_args()
    wrong = readers(asked.readers, asked.pages) + raters(asked.raters, asked.verdicts)
    print("\n".join(wrong) if wrong else "held: every page whole, every verdict stored once under its rater's name")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
