"""Downloads against a real HTTP server on this machine that misbehaves when told so."""

import os
import time
from pathlib import Path

import pytest
import urllib3
from http_files import FileServer, Trouble, serving

from ghost_pipeline.errors import BadInputError, GhostError
from ghost_pipeline.sources.download import NotPublishedError, UnreachableError, download

NAME = "season.bin"
CONTENT = bytes(range(256)) * 4096
"""1 MiB."""
QUICK = urllib3.Retry(total=4, connect=1, other=2, backoff_factor=0.001)


@pytest.fixture
def server(tmp_path):
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / NAME).write_bytes(CONTENT)
    with serving(tmp_path / "web") as running:
        yield running


def fetch(server: FileServer, folder: Path, *troubles: Trouble, check=lambda path: None):
    server.troubles[f"/{NAME}"] = list(troubles)
    return download(f"{server.url}/{NAME}", folder / "here" / NAME, check=check, policy=QUICK)


def test_a_file_comes_whole_with_its_checksum_and_is_not_sent_twice(server, tmp_path):
    first = fetch(server, tmp_path)
    assert (first.path.read_bytes(), first.size, first.changed) == (CONTENT, len(CONTENT), True)
    second = fetch(server, tmp_path)
    assert (second.sha256, second.changed) == (first.sha256, False)
    assert server.statuses() == [200, 304]


@pytest.mark.parametrize("about", [{"tags": False}, {"weak": True}])
def test_the_time_of_change_does_where_there_is_no_strong_tag(tmp_path, about):
    (tmp_path / NAME).write_bytes(CONTENT)
    with serving(tmp_path, **about) as server:
        fetch(server, tmp_path, Trouble(cut_after=500_000))
        fetch(server, tmp_path)
    assert server.statuses() == [200, 206, 304]


def test_changed_bytes_are_fetched_anew(server, tmp_path):
    fetch(server, tmp_path)
    (server.root / NAME).write_bytes(CONTENT + b"more")
    again = fetch(server, tmp_path)
    assert (again.changed, again.path.read_bytes()) == (True, CONTENT + b"more")


def test_bytes_spoiled_on_this_disk_are_fetched_anew(server, tmp_path):
    path = fetch(server, tmp_path).path
    path.write_bytes(CONTENT[:-1] + b"x")
    assert fetch(server, tmp_path).path.read_bytes() == CONTENT
    assert server.statuses() == [200, 200]


def test_a_dropped_connection_goes_on_where_it_stopped(server, tmp_path):
    cut = [Trouble(cut_after=300_000), Trouble(cut_after=200_000)]
    assert fetch(server, tmp_path, *cut).path.read_bytes() == CONTENT
    assert server.statuses() == [200, 206, 206]
    assert server.sent("Range") == [None, "bytes=300000-", "bytes=500000-"]


def test_more_drops_than_attempts_are_no_harm_while_every_attempt_brings_bytes(server, tmp_path):
    assert fetch(server, tmp_path, *[Trouble(cut_after=100_000)] * 9).path.read_bytes() == CONTENT


def test_a_stopped_command_goes_on_next_time(server, tmp_path):
    with pytest.raises(GhostError, match="goes on where it stopped"):
        fetch(server, tmp_path, Trouble(cut_after=700_000), *[Trouble(503)] * 4)
    assert not (tmp_path / "here" / NAME).exists()
    assert fetch(server, tmp_path).path.read_bytes() == CONTENT
    assert server.sent("Range")[-1] == "bytes=700000-"


def test_a_file_that_changed_since_the_cut_is_not_mixed_with_the_old_one(server, tmp_path):
    with pytest.raises(GhostError, match="given up"):
        fetch(server, tmp_path, Trouble(cut_after=700_000), *[Trouble(503)] * 4)
    (server.root / NAME).write_bytes(CONTENT[::-1])
    assert fetch(server, tmp_path).path.read_bytes() == CONTENT[::-1]
    assert server.statuses()[-1] == 200


def test_a_server_that_knows_no_ranges_sends_all_again(server, tmp_path):
    troubles = [Trouble(cut_after=300_000), Trouble(ignore_range=True)]
    assert fetch(server, tmp_path, *troubles).path.read_bytes() == CONTENT
    assert server.statuses() == [200, 200]


def test_a_beginning_longer_than_the_file_is_dropped(server, tmp_path):
    with pytest.raises(GhostError, match="given up"):
        fetch(server, tmp_path, Trouble(cut_after=700_000), *[Trouble(503)] * 4)
    part = tmp_path / "here" / f"{NAME}.part"
    part.write_bytes(part.read_bytes() + CONTENT)
    assert fetch(server, tmp_path).path.read_bytes() == CONTENT
    assert server.statuses()[-2:] == [416, 200]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_when_it_says(server, tmp_path, status):
    began = time.monotonic()
    fetch(server, tmp_path, Trouble(status, retry_after="1"), Trouble(status))
    assert time.monotonic() - began >= 1
    assert server.statuses() == [status, status, 200]


def test_a_server_that_wants_too_much_patience_is_given_up(server, tmp_path):
    with pytest.raises(GhostError, match="come back in 3600 s"):
        fetch(server, tmp_path, Trouble(429, retry_after="3600"))


def test_a_retry_after_in_no_known_form_is_no_obstacle(server, tmp_path):
    assert fetch(server, tmp_path, Trouble(503, retry_after="soon")).changed


def test_a_server_that_stays_busy_is_given_up_with_what_it_said(server, tmp_path):
    with pytest.raises(GhostError, match=rf"{NAME}: given up .* answer 503"):
        fetch(server, tmp_path, *[Trouble(503)] * 9)
    assert server.statuses() == [503] * 5


def test_a_file_that_is_not_there_and_a_refusal_are_different_answers(server, tmp_path):
    with pytest.raises(NotPublishedError, match="no such file"):
        download(f"{server.url}/other.bin", tmp_path / "other.bin", policy=QUICK)
    with pytest.raises(GhostError, match="403"):
        fetch(server, tmp_path, Trouble(403))
    assert server.statuses() == [404, 403]


def whole(path: Path) -> None:
    """Raises BadInputError as the reader of a format would."""
    if path.stat().st_size != len(CONTENT):
        raise BadInputError(path.name, f"{path.stat().st_size} bytes", f"{len(CONTENT)}", "Get it again.")


def test_a_truncated_file_that_looks_whole_to_http_is_fetched_again(server, tmp_path):
    assert fetch(server, tmp_path, Trouble(short_by=100), check=whole).path.read_bytes() == CONTENT
    with pytest.raises(GhostError, match=r"given up .* found 1048476 bytes"):
        fetch(server, tmp_path / "other", *[Trouble(short_by=100)] * 9, check=whole)
    assert not (tmp_path / "other" / "here" / NAME).exists()


def test_a_wrong_checksum_is_fetched_again(server, tmp_path):
    assert fetch(server, tmp_path, Trouble(wrong_md5=True)).path.read_bytes() == CONTENT


def test_old_bytes_stay_until_the_new_ones_are_whole(server, tmp_path):
    path = fetch(server, tmp_path).path
    (server.root / NAME).write_bytes(CONTENT[::-1])
    with pytest.raises(GhostError, match="given up"):
        fetch(server, tmp_path, Trouble(cut_after=10), *[Trouble(503)] * 9)
    assert path.read_bytes() == CONTENT
    assert fetch(server, tmp_path).path.read_bytes() == CONTENT[::-1]


def test_without_a_network_the_message_says_what_to_do(server, tmp_path):
    with serving(tmp_path) as gone:
        address = gone.url
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1 cannot be reached .*`ghost land`"):
        download(f"{address}/{NAME}", tmp_path / NAME, policy=QUICK)


def test_secrets_in_an_address_are_not_told(server, tmp_path):
    address = server.url.replace("//", "//user:secret@") + "/none.bin?token=secret"
    with pytest.raises(NotPublishedError) as error:
        download(address, tmp_path / "none.bin", policy=QUICK)
    assert "secret" not in str(error.value)


def test_a_proxy_of_the_environment_is_used(server, tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("http_proxy", server.url)
    (server.root / "http:").mkdir()
    with pytest.raises(NotPublishedError):
        download("http://far.invalid/none.bin", tmp_path / "none.bin", policy=QUICK)
    assert server.seen[-1][0] == "http://far.invalid/none.bin"


def test_progress_tells_bytes(server, tmp_path):
    told = []
    download(f"{server.url}/{NAME}", tmp_path / NAME, lambda *one: told.append(one))
    assert told[-1] == (NAME, len(CONTENT), len(CONTENT))
