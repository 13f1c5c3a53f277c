import errno
import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghost_pipeline.errors import MissingObjectError, StorageError
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.objects import FolderStore, Store, check_key
from ghost_pipeline.storage.open import open_store


def keys(store: Store, prefix: str) -> list[str]:
    return [info.key for info in store.list(prefix)]


def test_what_is_put_is_got_and_replaced_whole(any_store):
    any_store.put("a/b.bin", b"first and long")
    any_store.put("a/b.bin", b"second")
    assert any_store.get("a/b.bin") == b"second"
    assert any_store.local("a/b.bin").read_bytes() == b"second"
    assert any_store.exists("a/b.bin")


def test_an_empty_object_is_an_object(any_store):
    any_store.put("empty", b"")
    assert any_store.get("empty") == b""
    assert [info.size for info in any_store.list("empty")] == [0]


@pytest.mark.parametrize("method", ["get", "local"])
def test_what_is_not_there_is_named(any_store, method):
    with pytest.raises(MissingObjectError, match=r"clean/none\.parquet"):
        getattr(any_store, method)("clean/none.parquet")
    assert not any_store.exists("clean/none.parquet")


def test_listing_is_by_prefix_and_in_order_of_keys(any_store):
    for key in ("b/2", "a/1/x", "a-b", "a/2", "ab/1"):
        any_store.put(key, key.encode())
    assert keys(any_store, "a/") == ["a/1/x", "a/2"]
    assert keys(any_store, "a") == ["a-b", "a/1/x", "a/2", "ab/1"]
    assert keys(any_store, "") == ["a-b", "a/1/x", "a/2", "ab/1", "b/2"]
    assert keys(any_store, "none/") == []
    assert [info.size for info in any_store.list("b/")] == [3]


def test_a_listing_says_when_content_changed(any_store):
    any_store.put("one", b"1")
    [before] = any_store.list("one")
    [same] = any_store.list("one")
    any_store.put("one", b"2")
    [after] = any_store.list("one")
    assert before.version == same.version != after.version


def test_deleting_twice_is_no_error(any_store):
    any_store.put("gone", b"1")
    any_store.delete("gone")
    any_store.delete("gone")
    assert not any_store.exists("gone")


def test_a_file_is_put_in_pieces(any_store, tmp_path):
    content = bytes(range(256)) * 40_000
    path = tmp_path / "big.bin"
    path.write_bytes(content)
    any_store.put_file("raw/big.bin", path)
    assert any_store.get("raw/big.bin") == content
    assert [info.size for info in any_store.list("raw/")] == [len(content)]


def test_a_file_made_here_becomes_the_object_at_the_end_or_never(any_store):
    any_store.put("a", b"old")
    with any_store.writing("a") as path:
        path.write_bytes(b"new")
        assert any_store.get("a") == b"old"
    assert any_store.get("a") == b"new"

    def fail_half_way(path: Path) -> None:
        path.write_bytes(b"half")
        raise ValueError("something is wrong with the rest")

    with pytest.raises(ValueError, match="the rest"), any_store.writing("a") as path:
        fail_half_way(path)
    assert any_store.get("a") == b"new"
    assert keys(any_store, "") == ["a"]


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../up", "a/../../up", "a//b", "./a", "a\\b", "a/."])
@pytest.mark.parametrize("method", ["get", "local", "exists", "delete", "put"])
def test_keys_that_could_leave_the_store_are_refused(any_store, key, method):
    with pytest.raises(StorageError, match="expected a relative path"):
        getattr(any_store, method)(key, *([b""] if method == "put" else []))


@given(st.lists(st.sampled_from(["..", ".", "", "a", "b.parquet", "\\"]), min_size=1, max_size=5))
def test_an_accepted_key_stays_inside(parts):
    key = "/".join(parts)
    try:
        check_key(key)
    except StorageError:
        return
    assert Path("/store", key).resolve().is_relative_to("/store")


def test_a_conditional_put_is_refused_when_another_writer_was_first(any_store):
    assert any_store.put_if("week", b"mine", None)
    assert not any_store.put_if("week", b"yours", None)
    data, version = any_store.get_versioned("week")
    assert (data, version) == (b"mine", any_store.info("week").version)
    assert any_store.put_if("week", b"second", version)
    assert not any_store.put_if("week", b"third", version)
    assert any_store.get("week") == b"second"
    any_store.delete("week")
    assert not any_store.put_if("week", b"fourth", version)
    assert not any_store.exists("week")


def test_of_many_writers_at_once_one_wins(any_store):
    wins, start = [], threading.Barrier(8)

    def write(number: int) -> None:
        start.wait()
        if any_store.put_if("week", str(number).encode(), None):
            wins.append(number)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(wins) == 1
    assert any_store.get("week") == str(wins[0]).encode()


def test_the_hash_of_an_object_follows_its_content(any_store, tmp_path):
    (tmp_path / "file").write_bytes(b"two")
    any_store.put("a", b"one")
    assert any_store.sha256("a") == hashlib.sha256(b"one").hexdigest()
    any_store.put_file("a", tmp_path / "file")
    assert any_store.sha256("a") == hashlib.sha256(b"two").hexdigest()
    with pytest.raises(MissingObjectError):
        any_store.sha256("none")


def test_a_file_in_the_store_can_be_read_anywhere(any_store):
    any_store.put("a", b"0123456789")
    with any_store.open("a") as file:
        file.seek(4)
        assert file.read(3) == b"456"


def test_tidying_an_orderly_store_removes_nothing(any_store):
    any_store.put("a", b"1")
    assert any_store.tidy() == 0
    assert keys(any_store, "") == ["a"]


def test_what_a_killed_writer_left_is_removed_and_what_is_being_written_stays(tmp_path):
    store = FolderStore(tmp_path)
    store.put("clean/a", b"old")
    code = (
        "import sys\nfrom pathlib import Path\nfrom ghost_pipeline.storage.objects import FolderStore\n"
        "with FolderStore(Path(sys.argv[1])).writing('clean/a') as path:\n"
        "    path.write_bytes(b'new')\n    print('writing', flush=True)\n    sys.stdin.read()\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout.readline() == "writing\n"
    assert store.tidy() == 0
    assert len(list((tmp_path / "clean").iterdir())) == 2
    writer.kill()
    writer.communicate()
    assert keys(store, "") == ["clean/a"]
    assert store.tidy() == 1
    assert [path.name for path in (tmp_path / "clean").iterdir()] == ["a"]
    assert store.get("clean/a") == b"old"


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "store").write_text("a file stands where the folder should be")
    with pytest.raises(StorageError, match="cannot write"):
        FolderStore(tmp_path / "store").put("a", b"1")


def test_a_cut_off_write_leaves_the_old_object_and_no_trace(tmp_path, monkeypatch):
    store = FolderStore(tmp_path)
    store.put("a", b"old")
    with monkeypatch.context() as patched:
        patched.setattr("os.replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            store.put("a", b"new")
    assert store.get("a") == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_file_is_put_whole_where_the_system_stops_copying_midway(tmp_path, monkeypatch):
    def stops(source: int, target: int, count: int) -> int:
        os.write(target, os.read(source, 3))
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "copy_file_range", stops, raising=False)
    path, store = tmp_path / "file", FolderStore(tmp_path / "store")
    path.write_bytes(b"0123456789")
    store.put_file("a", path)
    assert store.get("a") == b"0123456789"


def test_the_settings_choose_the_store(tmp_path, s3_endpoint):
    assert open_store(Settings(store=str(tmp_path))).url == str(tmp_path)
    assert open_store(Settings(store="s3://season/x", s3_endpoint=s3_endpoint)).url == "s3://season/x"
    with pytest.raises(StorageError, match="s3://bucket"):
        open_store(Settings(store="s3://"))
