"""Landing one file from the web; what a server can do wrong is in tests/sources/test_download.py."""

import pytest
import urllib3
from http_files import Trouble, serving
from raw_files_by_hand import PLAY, write_ngs_play

from ghost_pipeline.errors import GhostError
from ghost_pipeline.pipeline.fetching import fetch
from ghost_pipeline.pipeline.landing import land_from

NAME = f"2022_OAK_2022090800_{PLAY}.tsv"
QUICK = urllib3.Retry(total=4, other=2, backoff_factor=0.001)


def test_a_file_from_the_web_lands_with_its_address_and_without_secrets(store, tmp_path):
    data = write_ngs_play(tmp_path / "plays").read_bytes()
    with serving(tmp_path) as server:
        (tmp_path / "plays" / f"{NAME}?token=secret").write_bytes(data)
        manifest = land_from(store, f"{server.url.replace('//', '//me:secret@')}/plays/{NAME}?token=secret")
    assert manifest.origin == f"{server.url}/plays/{NAME}"
    assert [file.name for file in manifest.files] == [NAME]
    assert store.get(manifest.files[0].key) == data


def test_busy_servers_and_cut_answers_are_asked_again(tmp_path):
    write_ngs_play(tmp_path / "web")
    with serving(tmp_path / "web") as server:
        server.troubles[f"/{NAME}"] = [Trouble(503), Trouble(cut_after=1000), Trouble(cut_after=1000)]
        path = fetch(f"{server.url}/{NAME}", tmp_path / "here", policy=QUICK)
    assert path.read_bytes() == (tmp_path / "web" / NAME).read_bytes()


def test_an_address_of_no_file_is_refused(tmp_path):
    with pytest.raises(GhostError, match="address of one file"):
        fetch("http://127.0.0.1:9/folder/", tmp_path)
