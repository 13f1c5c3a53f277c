"""Secrets stay where they were put: planted keys are used by a run on S3 and looked for in everything it leaves."""

import io
import logging
import traceback
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow.parquet as pq
import pytest
from s3_server import BUCKET, new_store

from ghost_pipeline.domain.schema import CLEAN_PLAYS
from ghost_pipeline.orchestration.definitions import build_definitions
from ghost_pipeline.orchestration.instance import open_instance
from ghost_pipeline.orchestration.jobs import week_job
from ghost_pipeline.orchestration.partitions import SEASON_WEEKS
from ghost_pipeline.orchestration.progress import listening
from ghost_pipeline.orchestration.runs import run_job
from ghost_pipeline.pipeline.doctor import examine
from ghost_pipeline.pipeline.landing import land
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.provenance import provenance
from ghost_pipeline.pipeline.publishing import publish_quality
from ghost_pipeline.publish.messages import Message, open_mailbox
from ghost_pipeline.settings import load_settings
from ghost_pipeline.sources.simulator.season import SeasonPlan, write_season
from ghost_pipeline.storage.s3 import S3Store

pytestmark = pytest.mark.slow
PLANTED = {name: f"planted-{name}-{uuid.uuid4().hex}" for name in ("secret", "token", "alert")}
SEASON = SeasonPlan(seed=11, weeks=1, games_per_week=6, passes_per_game=15, fault_rate=0.04)


@dataclass(frozen=True)
class Left:
    """What a run left: where it came from -> its bytes."""

    texts: dict[str, bytes]

    def holding(self, text: str) -> list[str]:
        return [place for place, content in self.texts.items() if text.encode() in content]


def _readable(name: str, content: bytes) -> bytes:
    """Parquet's values and facts without its compression."""
    if not name.endswith(".parquet"):
        return content
    table = pq.read_table(io.BytesIO(content))
    return f"{table.schema.metadata} {table.to_pydict() if len(table) < 20_000 else table.schema}".encode()


def _said_of_errors(endpoint: str) -> Iterator[str]:
    """How our errors and libraries' tracebacks speak of a store and a service that refuse."""
    mailbox = open_mailbox(load_settings().alert_urls.get_secret_value())
    for attempt in (
        lambda: S3Store("s3://no-such-bucket/x", endpoint).put("a", b""),
        lambda: mailbox.send(Message("subject", "text", "failure")),
        lambda: S3Store(f"s3://user:{PLANTED['secret']}@{BUCKET}/x", endpoint),
    ):
        try:
            attempt()
        except Exception:
            yield traceback.format_exc()


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory, s3_endpoint: str) -> Iterator[Left]:
    """Everything after a week on S3, from landing to pages, with the log of every library at its most talkative."""
    home = tmp_path_factory.mktemp("home")
    log = logging.FileHandler(home / "everything.log")
    with pytest.MonkeyPatch.context() as patch:
        given = {
            "AWS_ACCESS_KEY_ID": "planted-id",
            "AWS_SECRET_ACCESS_KEY": PLANTED["secret"],
            "AWS_SESSION_TOKEN": PLANTED["token"],
            "AWS_DEFAULT_REGION": "us-east-1",
            "GHOST_ALERT_URLS": f"json://user:{PLANTED['alert']}@127.0.0.1:9/hook",
            "GHOST_HOME": str(home),
            "GHOST_S3_ENDPOINT": s3_endpoint,
        }
        patch.delenv("DAGSTER_HOME", raising=False)
        for name, value in given.items():
            patch.setenv(name, value)
        store = new_store(s3_endpoint)
        patch.setenv("GHOST_STORE", store.url)
        root = logging.getLogger()
        patch.setattr(root, "level", logging.DEBUG)
        patch.setattr(logging.getLogger("numba"), "level", logging.WARNING)  # it writes down all code it compiles
        root.addHandler(log)
        try:
            settings = load_settings()
            write_season(home / "raw", SEASON, lambda *_: None)
            weeks = [str(week) for week in land(Platform(settings).store, home / "raw").season_weeks]
            said: list[str] = []
            with open_instance(settings) as instance, listening(said.append):
                instance.add_dynamic_partitions(str(SEASON_WEEKS.name), weeks)
                run_job(build_definitions(settings), instance, week_job.name, weeks[0])
            publish_quality(Platform(settings))
            facts = provenance(Platform(settings), [CLEAN_PLAYS])
            Platform(settings).artifacts.save("ghost", {"weights": b""}, facts)
            said += [repr(settings), settings.model_dump_json(), str(examine(settings)), *_said_of_errors(s3_endpoint)]
            with open_instance(settings) as instance:
                said += [str(entry) for run in instance.get_runs() for entry in instance.all_logs(run.run_id)]
        finally:
            root.removeHandler(log)
            log.close()
        files = {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()}
        objects = {info.key: _readable(info.key, store.get(info.key)) for info in store.list("")}
        yield Left({**files, **objects, "what was said": "\n".join(said).encode()})


def test_what_is_looked_at_is_what_a_run_leaves(left: Left) -> None:
    """That nothing is found below means something only if the search finds what is there."""
    assert any(place.endswith(".html") for place in left.holding("Simulated season"))
    assert any(place.startswith("receipts/") for place in left.holding("clean/plays/"))
    assert any(place.startswith("models/ghost/") for place in left.holding("code_version"))
    assert any(place.startswith("clean/plays/") for place in left.holding("game_id"))
    assert any(place.endswith(".db") for place in left.holding("week_job"))
    assert any(place.endswith("everything.log") for place in left.holding("botocore"))
    assert left.holding("NoSuchBucket") == ["what was said"]


@pytest.mark.parametrize("name", PLANTED)
def test_no_secret_is_in_anything_a_run_leaves(left: Left, name: str) -> None:
    assert left.holding(PLANTED[name]) == []
