"""Ranking: it finds what matters, chooses the smallest sufficient set, and says when there is too little."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from ghost_pipeline.domain.split import HELD_OUT_FOLD, fold_of
from ghost_pipeline.errors import GhostError
from ghost_pipeline.features import importance, ranking
from ghost_pipeline.features.candidates import HORIZONS, Candidates, backs_in_air, candidates_of, concatenate
from ghost_pipeline.features.definitions import FRAME_FEATURES, INDEX, NAMES
from ghost_pipeline.features.importance import CrossValidation
from ghost_pipeline.features.ranking import RankedFeatures, _smallest, rank_features

FRAMES = 16


def paths(games: range, seed: int = 1, frames: int = FRAMES) -> pa.Table:
    """Backs who leave the path of constant velocity by their acceleration alone; every other candidate is noise."""
    rng = np.random.default_rng(seed)
    parts = []
    for game in games:
        for nfl_id in range(1, 25):
            values = rng.normal(size=(frames, len(NAMES))).astype(np.float32)
            columns = dict(zip(NAMES, values.T, strict=True))
            velocity, acceleration = rng.normal(0, 3, 2), rng.normal(0, 2, 2)
            t = np.arange(frames) * 0.1
            for c, (place, axis) in enumerate((("from_scrimmage_yd", "x"), ("from_middle_yd", "y"))):
                columns[place] = velocity[c] * t + acceleration[c] * t**2 / 2
                columns[f"velocity_{axis}_yd_s"] = velocity[c] + acceleration[c] * t
                columns[f"acceleration_{axis}_yd_s2"] = np.full(frames, acceleration[c])
            for axis in "xy":
                columns[f"acceleration_3_{axis}_yd_s2"] = columns[f"acceleration_{axis}_yd_s2"]
            columns["is_defensive_back"] = np.ones(frames)
            columns["time_since_throw_s"] = t
            keys = {"game_id": game, "play_id": 1, "nfl_id": nfl_id}
            parts.append(
                pa.table(
                    {name: np.full(frames, value) for name, value in keys.items()}
                    | {"frame_id": np.arange(frames)}
                    | {name: np.asarray(column, np.float32) for name, column in columns.items()}
                )
            )
    return pa.concat_tables(parts)


@pytest.fixture(scope="module")
def candidates() -> Candidates:
    return candidates_of(paths(range(1, 11)))


@pytest.fixture(scope="module")
def ranked(candidates: Candidates) -> RankedFeatures:
    with small_fits():
        return rank_features(candidates, seed=3, threads=2, progress=lambda *_: None)


@contextmanager
def small_fits() -> Iterator[None]:
    """Fewer trees and seeds: what is tested here shows with a few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importance, "TREES", 20)
        patch.setattr(importance, "PERMUTED_ROWS", 150)
        patch.setattr(importance, "EXPLAINED_ROWS", 80)
        patch.setattr(ranking, "SEEDS", 2)
        patch.setattr(ranking, "SET_SIZES", (2, 4, 8))
        yield


class TestCandidates:
    def test_held_out_games_are_not_looked_at(self, candidates: Candidates) -> None:
        held_out = [game for game in range(1, 40) if fold_of(game) == HELD_OUT_FOLD]
        assert len(candidates)
        assert not set(candidates.game_id.tolist()) & set(held_out)

    def test_the_residual_is_what_constant_velocity_misses(self, candidates: Candidates) -> None:
        a = candidates.values[:, [INDEX["acceleration_x_yd_s2"], INDEX["acceleration_y_yd_s2"]]]
        left = np.rint((FRAMES - 1) - candidates.values[:, INDEX["time_since_throw_s"]] * 10)
        for number, steps in enumerate(HORIZONS.values()):
            ahead = (left if steps is None else np.full(len(a), steps)) * 0.1
            wanted = np.where((left >= (steps or 0))[:, None], a * (ahead**2 / 2)[:, None], np.nan)
            np.testing.assert_allclose(candidates.residual[:, number], wanted, atol=1e-4)

    def test_paths_are_not_joined_across_players_or_gaps(self) -> None:
        rows = paths(range(1, 2), frames=8)
        assert fold_of(1) != HELD_OUT_FOLD
        frame = np.tile(np.arange(8), 24)
        assert len(candidates_of(rows)) == 24 * 5
        without_fifth = candidates_of(rows.filter(pa.array(frame != 5)))
        steps_ahead = without_fifth.residual[:, list(HORIZONS).index("0.5 s"), 0]
        assert np.isnan(steps_ahead[without_fifth.values[:, INDEX["time_since_throw_s"]] == 0]).all()

    def test_only_backs_in_the_air_are_ranked(self) -> None:
        rows = paths(range(1, 2)).slice(0, 3)
        rows = rows.set_column(rows.column_names.index("is_defensive_back"), "is_defensive_back", [[1.0, 0.0, 1.0]])
        rows = rows.set_column(rows.column_names.index("time_since_throw_s"), "time_since_throw_s", [[0.0, 0.1, -0.1]])
        assert backs_in_air(rows)["frame_id"].to_pylist() == [0]

    def test_a_sample_is_drawn_by_seed(self, candidates: Candidates) -> None:
        one, same, other = (candidates.sample(50, seed) for seed in (1, 1, 2))
        assert len(one) == 50
        np.testing.assert_array_equal(one.values, same.values)
        assert not np.array_equal(one.values, other.values)
        assert len(concatenate([one, other])) == 100


class TestRanking:
    def test_what_matters_comes_first_by_every_measure(self, ranked: RankedFeatures) -> None:
        for measure in ("gain", "permutation", "shap", "importance"):
            best = max(ranked.groups, key=lambda group: getattr(group, measure))
            assert best.name in ("acceleration", "acceleration_3"), measure
        assert ranked.groups[0].name in ("acceleration", "acceleration_3")
        assert ranked.groups[0].permutation > 0.5

    def test_vectors_are_chosen_whole(self, ranked: RankedFeatures) -> None:
        chosen = {feature.group for feature in FRAME_FEATURES if feature.name in ranked.chosen}
        assert all(f.name in ranked.chosen for f in FRAME_FEATURES if f.group in chosen), "half a vector was chosen"
        assert chosen == ranked.chosen_groups

    def test_of_two_groups_that_are_the_same_one_comes_last(self, ranked: RankedFeatures) -> None:
        place = {group.name: number for number, group in enumerate(ranked.groups)}
        assert {place["acceleration"], place["acceleration_3"]} >= {0}
        assert max(place["acceleration"], place["acceleration_3"]) > len(place) * 3 / 4
        assert ("acceleration", "acceleration_3") in {family.members for family in ranked.families}

    def test_the_chosen_set_is_the_smallest_that_loses_nothing(self, ranked: RankedFeatures) -> None:
        allowed = ranked.curve[-1]["error"] * (1 + ranked.tolerance)
        enough = [point["features"] for point in ranked.curve if point["error"] <= allowed]
        assert len(ranked.chosen) == min(enough) < ranked.candidates == len(NAMES)
        assert all(h.chosen_yd < h.constant_velocity_yd / 2 for h in ranked.horizons)
        assert {h.horizon for h in ranked.horizons} == set(HORIZONS)

    def test_shares_and_spreads(self, ranked: RankedFeatures) -> None:
        for measure in ("gain", "shap", "importance"):
            assert sum(getattr(group, measure) for group in ranked.groups) == pytest.approx(1)
        assert any(group.gain_sd > 0 for group in ranked.groups)
        assert ranked.stability.keys() == {"gain", "permutation", "shap", "importance"}
        assert all(0 <= value <= 1 for value in ranked.stability.values())

    def test_the_artifact_reads_back(self, ranked: RankedFeatures) -> None:
        assert RankedFeatures.from_json(ranked.to_json()) == ranked

    @pytest.mark.slow
    def test_the_same_seed_gives_the_same_artifact(self, ranked: RankedFeatures, candidates: Candidates) -> None:
        with small_fits():
            again = rank_features(candidates, seed=3, threads=1, progress=lambda *_: None)
        assert again.to_json() == ranked.to_json()


def test_shuffled_together_two_groups_matter_more_than_each_alone(candidates: Candidates) -> None:
    rng = np.random.default_rng(0)
    values = np.zeros_like(candidates.values)
    values[:, :3] = rng.normal(size=(len(values), 3))
    residual = np.repeat((values[:, 0] + values[:, 1])[:, None, None], 4, axis=1) * np.ones((1, 1, 2), np.float32)
    fit = CrossValidation(replace(candidates, values=values, residual=residual), seed=0, threads=2)
    with small_fits():
        rmse, found = fit.explain([[0], [1], [2]], bundles=[[0, 1], [1, 2]])
    assert (rmse < 0.7 * fit.blind_rmse_yd()).all()
    assert found.joint[0] > 1.2 * found.permutation[:2].max()
    assert found.joint[1] == pytest.approx(found.permutation[1], abs=0.1)
    assert abs(found.permutation[2]) < 0.02


class TestTooLittle:
    def test_one_game(self) -> None:
        game = next(game for game in range(1, 40) if fold_of(game) != HELD_OUT_FOLD)
        with pytest.raises(GhostError, match="land more games"):
            rank_features(candidates_of(paths(range(game, game + 1))), seed=0, threads=1, progress=lambda *_: None)

    def test_a_horizon_without_rows_is_left_out(self, candidates: Candidates) -> None:
        residual = candidates.residual.copy()
        residual[50:, list(HORIZONS).index("1.0 s")] = np.nan
        fit = CrossValidation(replace(candidates, residual=residual), seed=0, threads=1)
        assert fit.names == ("0.3 s", "0.5 s", "arrival")
        assert len(fit.blind_rmse_yd()) == 3


def falling(errors: dict[int, float]) -> Callable[[int], float]:
    """A curve that holds its last given value."""
    return lambda size: errors[max(known for known in errors if known <= size)]


@pytest.mark.parametrize(
    ("errors", "smallest"),
    [({1: 0.5}, 1), ({1: 0.9, 5: 0.5}, 5), ({1: 0.9, 11: 0.5}, 11), ({1: 0.9, 60: 0.5}, 60), ({1: 0.9, 64: 0.5}, 64)],
)
def test_the_smallest_size_is_found_between_the_tried_ones(errors: dict[int, float], smallest: int) -> None:
    assert _smallest(falling(errors), 64, 0.505) == smallest


@pytest.mark.slow
def test_real_backs_are_moved_by_their_acceleration(real_plays_dir: Path, store) -> None:
    """A few real weeks: acceleration, displacement and the ball's landing matter, the down does not."""
    from ghost_pipeline.features.definitions import FRAME_FEATURES_TABLE
    from ghost_pipeline.pipeline.cleaning import clean_week
    from ghost_pipeline.pipeline.featuring import feature_week
    from ghost_pipeline.pipeline.landing import canonical_week, land
    from ghost_pipeline.storage.partitions import Partitions

    folder = store.root / "few"
    folder.mkdir(parents=True)
    for path in real_plays_dir.iterdir():
        if "index" in path.name or path.name.split("_")[2].startswith(("201910", "201911")):
            (folder / path.name).symlink_to(path)
    weeks = sorted(land(store, folder).season_weeks)
    for week in weeks:
        canonical_week(store, week)
        clean_week(store, week)
        feature_week(store, week)
    rows = [candidates_of(backs_in_air(Partitions(store).read(FRAME_FEATURES_TABLE, week))) for week in weeks]
    fit = CrossValidation(concatenate(rows).sample(3000, 0), seed=0, threads=2)
    names = list(dict.fromkeys(feature.group for feature in FRAME_FEATURES))
    rmse, found = fit.explain([[INDEX[f.name] for f in FRAME_FEATURES if f.group == name] for name in names])
    assert (rmse < 0.75 * fit.blind_rmse_yd()).all()
    order = [names[g] for g in np.argsort(-found.permutation)]
    assert order[0].startswith("acceleration")
    assert order.index("down") > 10
