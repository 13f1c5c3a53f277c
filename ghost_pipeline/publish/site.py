"""The whole site: every page and every file they share, as (path, content)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.domain.scene import Scenes
from ghost_pipeline.publish.bundle import bundled_files
from ghost_pipeline.publish.dictionary_page import dictionary_page
from ghost_pipeline.publish.features_page import features_page
from ghost_pipeline.publish.glossary_page import glossary_page
from ghost_pipeline.publish.index_page import index_page
from ghost_pipeline.publish.inputs import SiteData
from ghost_pipeline.publish.leaderboard_page import leaderboard_page
from ghost_pipeline.publish.model_page import model_page
from ghost_pipeline.publish.play_motion import paths_by_play
from ghost_pipeline.publish.play_page import Neighbour, PlayRecords, play_page, play_title
from ghost_pipeline.publish.plays_page import plays_page
from ghost_pipeline.publish.proof_page import proof_page
from ghost_pipeline.publish.quality_page import quality_page
from ghost_pipeline.publish.realism_page import realism_page
from ghost_pipeline.publish.shown_tables import play_path
from ghost_pipeline.publish.weeks_page import period_pages, weeks_page

PlayKey = tuple[int, int]
Record = Mapping[str, Any]


def render_site(data: SiteData) -> Iterator[tuple[str, bytes]]:
    """Yield (relative path, content) of every file of the site; put together in one folder they open from disk."""
    keys = _play_keys(data.scenes)
    pictured = set(keys)
    index = [row for row in data.play_index.to_pylist() if (row["game_id"], row["play_id"]) in pictured]
    yield "index.html", index_page(data, index)
    yield "leaderboard.html", leaderboard_page(data)
    yield "plays.html", plays_page(data, pictured)
    yield "model.html", model_page(data)
    yield "features.html", features_page(data)
    yield "proof.html", proof_page(data)
    yield "realism.html", realism_page(data)
    yield "quality.html", quality_page(data.facts, data.check_results, data.quarantine, data.releases)
    yield "dictionary.html", dictionary_page(data)
    yield "glossary.html", glossary_page(data)
    yield "weeks.html", weeks_page(data)
    yield from period_pages(data)
    yield from _play_pages(data, keys)
    yield from bundled_files()


def interesting_plays(what_if_options: pa.Table, count: int) -> list[PlayKey]:
    """The `count` plays whose throw left the most expected yards with another receiver, most first."""
    thrown = what_if_options.filter(what_if_options["is_actual_target"])
    ordered = thrown.filter(pc.is_valid(thrown["decision_value_yd"])).sort_by(
        [(name, "ascending") for name in ("decision_value_yd", "game_id", "play_id")]
    )
    top = ordered.slice(0, count)
    return list(zip(top["game_id"].to_pylist(), top["play_id"].to_pylist(), strict=True))


def _play_keys(scenes: Scenes) -> list[PlayKey]:
    return list(zip(scenes.game_id.tolist(), scenes.play_id.tolist(), strict=True))


def _play_pages(data: SiteData, keys: Sequence[PlayKey]) -> Iterator[tuple[str, bytes]]:
    plays = _rows_by_play(data.plays, keys)
    people = _rows_by_play(data.participants, keys)
    options = _rows_by_play(data.what_if_options, keys)
    scores = _rows_by_play(data.trajectory_scores, keys)
    paths = paths_by_play(_rows_of_plays(data.what_if_paths, keys).to_pylist())
    for number, key in enumerate(keys):
        records = PlayRecords(
            play=plays[key][0],
            people={row["nfl_id"]: row for row in people[key]},
            options=sorted(options[key], key=lambda row: row["option_rank"]),
            paths=paths.get(key, {}),
            scores=scores[key],
        )
        before = _neighbour(plays, keys[number - 1]) if number else None
        after = _neighbour(plays, keys[number + 1]) if number + 1 < len(keys) else None
        yield play_path(*key), play_page(data.facts, data.scenes, number, records, before, after)


def _neighbour(plays: Mapping[PlayKey, Sequence[Record]], key: PlayKey) -> Neighbour:
    return Neighbour(play_title(plays[key][0]), f"../../{play_path(*key)}")


def _rows_of_plays(table: pa.Table, keys: Sequence[PlayKey]) -> pa.Table:
    """The rows of the given plays; the games are sifted first, because a season is large."""
    games = pa.array({game for game, _ in keys}, table.schema.field("game_id").type)
    of_games = table.filter(pc.is_in(table["game_id"], games))
    wanted = set(keys)
    pairs = zip(of_games["game_id"].to_pylist(), of_games["play_id"].to_pylist(), strict=True)
    return of_games.filter(pa.array([pair in wanted for pair in pairs], pa.bool_()))


def _rows_by_play(table: pa.Table, keys: Sequence[PlayKey]) -> dict[PlayKey, list[Record]]:
    found: dict[PlayKey, list[Record]] = defaultdict(list)
    for row in _rows_of_plays(table, keys).to_pylist():
        found[row["game_id"], row["play_id"]].append(row)
    return found
