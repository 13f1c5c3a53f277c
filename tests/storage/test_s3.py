"""What only the S3 store can do wrong."""

import functools
import hashlib
import logging
import resource
import tempfile

import pytest
from s3_server import BUCKET, ignoring_conditions, new_store, refusing_conditions, s3_server

from ghost_pipeline.errors import StorageError
from ghost_pipeline.storage import held, s3
from ghost_pipeline.storage.objects import Store
from ghost_pipeline.storage.s3 import PART_BYTES, S3Store


def keys(store: Store, prefix: str) -> list[str]:
    return [info.key for info in store.list(prefix)]


def test_s3_lists_page_after_page(s3_store, monkeypatch):
    wanted = [f"many/{number}" for number in range(7)]
    for key in wanted:
        s3_store.put(key, b"")
    small_pages = functools.partial(s3_store.client.list_objects_v2, MaxKeys=3)
    monkeypatch.setattr(s3_store.client, "list_objects_v2", small_pages)
    assert keys(s3_store, "many/") == wanted


def test_s3_sends_a_big_file_in_parts(s3_store, tmp_path):
    path = tmp_path / "big.bin"
    path.write_bytes(b"x" * (PART_BYTES + 1))
    s3_store.put_file("file", path)
    s3_store.put("bytes", path.read_bytes())
    s3_store.put("small", path.read_bytes()[:PART_BYTES])
    tags = {info.key: info.version.strip('"') for info in s3_store.list("")}
    assert tags["file"].endswith("-2"), "a tag of a multipart upload of two parts"
    assert tags["bytes"] == tags["file"]
    assert "-" not in tags["small"]
    assert s3_store.sha256("file") == s3_store.sha256("bytes") == hashlib.sha256(path.read_bytes()).hexdigest()


def test_two_prefixes_of_a_bucket_do_not_see_each_other(s3_store, s3_endpoint):
    other = S3Store(s3_store.url + "-other", s3_endpoint)
    other.put("mine", b"1")
    assert not s3_store.exists("mine")
    assert keys(s3_store, "") == []


def test_a_bucket_that_is_not_there_is_an_error_without_credentials_in_it(s3_store, s3_endpoint):
    store = S3Store("s3://no-such-bucket/x", s3_endpoint)
    with pytest.raises(StorageError, match="no-such-bucket") as error:
        store.put("a", b"1")
    assert "not-a-secret" not in str(error.value)


def test_an_upload_to_a_bucket_that_is_not_there_is_an_error(s3_store, s3_endpoint, tmp_path):
    (tmp_path / "file").write_bytes(b"1")
    with pytest.raises(StorageError, match="no-such-bucket"):
        S3Store("s3://no-such-bucket/x", s3_endpoint).put_file("a", tmp_path / "file")


@pytest.mark.parametrize("around", [refusing_conditions, ignoring_conditions])
def test_a_server_without_conditional_put_still_stores_whole_objects(s3_account, around):
    with s3_server(around) as endpoint:
        store = new_store(endpoint)
        assert store.put_if("week", b"first", None)
        assert store.put_if("week", b"second", store.info("week").version)
        assert store.get("week") == b"second"


def test_a_server_that_refuses_conditions_is_asked_for_the_version_instead(s3_account):
    with s3_server(refusing_conditions) as endpoint:
        store = new_store(endpoint)
        store.put("week", b"first")
        version = store.info("week").version
        assert not store.put_if("week", b"second", None)
        store.put("week", b"other")
        assert not store.put_if("week", b"second", version)
        assert store.get("week") == b"other"


def test_a_put_that_came_through_although_its_answer_was_lost_counts(s3_store):
    """boto sends the put again and is told that the object is there already."""
    s3_store.put("week", b"mine")
    assert s3_store.put_if("week", b"mine", None)


def test_an_answer_that_is_cut_off_is_asked_for_again(s3_account):
    cuts = []

    def cutting(application):
        def serve(environ, start_response):
            body = list(application(environ, start_response))
            if environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"].endswith("/big") and len(cuts) < 3:
                cuts.append(1)
                return [b"".join(body)[:10]]
            return body

        return serve

    with s3_server(cutting) as endpoint:
        store = new_store(endpoint)
        store.put("big", b"x" * 100_000)
        assert store.get("big") == b"x" * 100_000
        assert len(cuts) == 3


@pytest.mark.parametrize("cuts", [3, 100])
def test_a_listing_that_is_cut_off_is_asked_for_again_and_never_taken_for_an_empty_one(s3_account, cuts):
    """By a server that does not say how long its answers are."""
    left = [None] * cuts

    def cutting(application):
        def serve(environ, start_response):
            if not left or "list-type" not in environ["QUERY_STRING"]:
                return application(environ, start_response)
            left.pop()

            def start(status, headers, *more):
                return start_response(status, [one for one in headers if one[0].lower() != "content-length"], *more)

            for _ in application(environ, start):
                pass
            return [b""]

        return serve

    with s3_server(cutting) as endpoint:
        store = new_store(endpoint)
        store.put("a", b"1")
        if cuts == 3:
            assert [info.key for info in store.list("")] == ["a"]
        else:
            with pytest.raises(StorageError, match="listing of '' was cut off"):
                list(store.list(""))


def test_a_full_disk_is_an_error_that_says_where(s3_store):
    """Nearly full: no file may grow beyond a megabyte."""
    s3_store.put("big", b"x" * 3_000_000)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
    try:
        with pytest.raises(StorageError, match=rf"cannot write {tempfile.gettempdir()}.*big.*Check space"):
            s3_store.local("big")
        with pytest.raises(StorageError, match="Check space"), s3_store.writing("other") as path:
            path.write_bytes(b"x" * 3_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert s3_store.local("big").stat().st_size == 3_000_000
    assert not s3_store.exists("other")


def test_no_credential_shows_in_logs_names_or_errors(s3_store, s3_endpoint, caplog):
    caplog.set_level(logging.DEBUG)
    store = S3Store("s3://no-such-bucket/x", s3_endpoint)
    with pytest.raises(StorageError) as error:
        store.get("a")
    s3_store.put("a", b"1")
    shown = f"{store!r} {store.__dict__} {error.value!r} {caplog.text}"
    assert "no-such-bucket" in shown
    assert "not-a-secret" not in shown
    assert "not-a-token" not in shown


@pytest.mark.parametrize(
    ("url", "endpoint"), [("s3://me:not-a-secret@bucket/x", ""), ("s3://bucket", "http://me:not-a-secret@127.0.0.1:9")]
)
def test_credentials_in_an_address_are_refused_and_not_repeated(url, endpoint):
    with pytest.raises(StorageError, match="AWS_ACCESS_KEY_ID") as error:
        S3Store(url, endpoint)
    assert "not-a-secret" not in str(error.value)


def test_a_server_that_is_not_there_is_an_error_that_says_what_to_check(s3_account, monkeypatch):
    monkeypatch.setattr(s3, "_ATTEMPTS", 1)
    with pytest.raises(StorageError, match=r"127\.0\.0\.1:9.*GHOST_S3_ENDPOINT"):
        S3Store("s3://bucket/x", "http://127.0.0.1:9").get("a")


def test_an_endpoint_that_is_no_address_is_an_error(s3_account):
    with pytest.raises(StorageError, match="GHOST_S3_ENDPOINT"):
        S3Store("s3://bucket/x", "not an address")


def test_uploads_that_were_never_finished_are_ended_after_a_day(s3_store, monkeypatch):
    full = f"{s3_store.prefix}/big"
    s3_store.client.create_multipart_upload(Bucket=BUCKET, Key=full)
    with monkeypatch.context() as patched:  # This server says of every upload that it began in 2010.
        patched.setattr(s3, "_ABANDONED_AFTER", s3.timedelta(days=36_500))
        assert s3_store.tidy() == 0
    assert s3_store.tidy() == 1
    assert not s3_store.client.list_multipart_uploads(Bucket=BUCKET, Prefix=s3_store.prefix).get("Uploads")


def test_the_local_copies_of_a_killed_process_are_removed_by_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    mine = held.Scratch()
    (tmp_path / "ghost-scratch-left").mkdir()
    (tmp_path / "ghost-scratch-left" / "file").write_bytes(b"1")
    gone = tmp_path / "ghost-scratch-gone"
    gone.symlink_to("nowhere")  # as when another process removes it at this moment
    other = held.Scratch()
    gone.unlink()
    assert {path.name for path in tmp_path.iterdir()} == {mine.path.name, other.path.name}
