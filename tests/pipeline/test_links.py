"""Addresses lead to the served site where there is one, else into the store."""

from pathlib import Path

from ghost_pipeline.pipeline.links import page_address, quality_address, run_address
from ghost_pipeline.settings import Settings


def test_addresses_name_the_place(tmp_path: Path) -> None:
    local = Settings(home=tmp_path)
    page = f"{(tmp_path / 'store/reports/quality.html').as_uri()}#week=2019-REG-05&check=speed_limit"
    assert quality_address(local, "2019-REG-05", "speed_limit") == page
    served = Settings(home=tmp_path, site_url="https://reports.example/ghost/", ui_url="https://dagster.example/")
    assert quality_address(served, "2019-REG-05") == "https://reports.example/ghost/quality.html#week=2019-REG-05"
    assert page_address(served, "week/2019-REG-05.html") == "https://reports.example/ghost/week/2019-REG-05.html"
    assert run_address(served, "12ab") == "https://dagster.example/runs/12ab"
    remote = Settings(home=tmp_path, store="s3://bucket/prefix")
    assert quality_address(remote) == "s3://bucket/prefix/reports/quality.html"
