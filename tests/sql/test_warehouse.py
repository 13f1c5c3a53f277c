"""The dbt project on a small season: rows, weekly refreshes, errors, and what the YAML says of the tables."""

import json
from pathlib import Path

import pytest
from small_season import FIRST, FIRST_PLAYS, MISSED, SECOND, SmallSeason

from ghost_pipeline.domain.schema import CLEAN_PLAYS
from ghost_pipeline.errors import MissingObjectError, WarehouseError
from ghost_pipeline.storage.dbt_sources import mart_names
from ghost_pipeline.storage.objects import FolderStore
from ghost_pipeline.storage.staleness import AFTER_MODELS, BEFORE_MODELS, Refresh
from ghost_pipeline.storage.warehouse import Warehouse

FEATURES = ("pass_plays", "receiver_options", "game_context", "completion_inputs", "defender_windows")
MARTS = mart_names()
PASS_KEY = ("game_id", "play_id", "target_nfl_id")


@pytest.fixture(scope="module")
def halves(season: SmallSeason, warehouse: Warehouse) -> tuple[set[str], set[str]]:
    """Names of what the two halves of the job built and tested; the ghosts exist only after the first."""
    warehouse.manifest()
    before = warehouse.build(BEFORE_MODELS)
    targeted = [{name: play[name] for name in PASS_KEY} for play in FIRST_PLAYS if "target_nfl_id" in play]
    season.write_what_ifs(FIRST, targeted)
    season.write_what_ifs(SECOND, [{"game_id": 2, "play_id": 1, "target_nfl_id": 12}])
    after = warehouse.build(AFTER_MODELS)
    return set(before), set(after)


def rows(warehouse: Warehouse, name: str, *columns: str) -> list[tuple]:
    """Chosen columns of a model, sorted."""
    return sorted(zip(*(warehouse.table(name).column(c).to_pylist() for c in columns), strict=True), key=str)


def test_halves_build_every_model_once(halves: tuple[set[str], set[str]]) -> None:
    before, after = halves
    assert not before & after
    assert {*FEATURES, "stg_quarantine"} <= before
    assert {*MARTS, "stg_trajectory_scores"} <= after
    assert "refers_to_play_index_game_id__play_id__ref_pass_plays_" in after


@pytest.mark.usefixtures("halves")
class TestRows:
    def test_passes_have_throw_and_arrival(self, warehouse: Warehouse) -> None:
        found = rows(warehouse, "pass_plays", "game_id", "play_id", "passer_name", "target_name", "is_complete")
        assert found == [(1, 1, "P10", "P11", True), (1, 2, "P10", "P12", False), (2, 1, "P10", "P12", False)]

    def test_eligible_receivers_are_neither_passer_nor_linemen(self, warehouse: Warehouse) -> None:
        found = rows(warehouse, "receiver_options", "game_id", "play_id", "receiver_nfl_id", "is_target")
        assert [row[2:] for row in found if row[:2] == (1, 1)] == [(11, True), (12, False), (14, False)]

    def test_completion_inputs_join_measurement_and_outcome(self, warehouse: Warehouse) -> None:
        found = rows(warehouse, "completion_inputs", "game_id", "play_id", "air_distance_yd", "pass_result")
        assert found == [(1, 1, 14.5, "C"), (1, 2, 14.5, "I"), (2, 1, 14.5, "I")]

    def test_leaderboard_compares_with_the_ghost(self, warehouse: Warehouse) -> None:
        best = warehouse.table("defensive_back_leaderboard").sort_by("nfl_id").to_pylist()[0]
        assert (best["display_name"], best["passes"], best["held_out_passes"], best["nearest_passes"]) == (
            "P21",
            3,
            1,
            3,
        )
        assert best["score_over_expected"] == pytest.approx(-0.1)
        assert best["place"] is None, "three passes are too few for a place"

    def test_play_index_holds_every_pass_with_its_decision(self, warehouse: Warehouse) -> None:
        found = rows(warehouse, "play_index", "game_id", "play_id", "decision_value_yd", "best_option_name")
        assert found == [(1, 1, 4.0, "P11"), (1, 2, -4.0, "P11"), (2, 1, -4.0, "P11")]

    def test_week_summary_counts_what_was_kept_out(self, warehouse: Warehouse) -> None:
        found = rows(warehouse, "week_summary", "season_week", "landed_plays", "clean_plays", "quarantined_plays")
        assert found == [("2019-REG-01", 4, 3, 1), ("2019-REG-02", 1, 1, 0)]

    def test_sizes(self, warehouse: Warehouse) -> None:
        found = warehouse.sizes(["pass_plays", "week_summary"])
        columns = warehouse.table("pass_plays").num_columns
        assert found["pass_plays"] == {"rows": 3, "season_weeks": 2, "games": 2, "columns": columns}
        assert "games" not in found["week_summary"]
        assert warehouse.sizes([]) == {}

    def test_every_column_is_described_with_its_type(self, warehouse: Warehouse) -> None:
        nodes = json.loads(warehouse.manifest().read_text())["nodes"].values()
        models = {node["name"]: node for node in nodes if node["resource_type"] == "model"}
        assert {*FEATURES, *MARTS} < set(models)
        for name, model in models.items():
            about = warehouse.query(
                f"select column_name, lower(data_type) from duckdb_columns() where table_name = '{name}'"
            )
            actual = dict(zip(*about.to_pydict().values(), strict=True))
            declared = {column["name"]: column["data_type"] for column in model["columns"].values()}
            aliases = {"real": "float"}
            assert {c: aliases.get(t, t) for c, t in declared.items()} == actual, name
            assert all(column["description"] for column in model["columns"].values()), name
            assert model["description"], name

    def test_models_say_what_they_are_made_from(self, warehouse: Warehouse) -> None:
        model = warehouse.models()["week_summary"]
        assert model["meaning"] == "One row per season-week that landed."
        assert {"play_index", "stg_plays"} <= set(model["made_from"])
        assert model["sql"].startswith("-- one row per season-week")
        assert warehouse.models()["stg_plays"]["made_from"] == ["plays"], "a table of the store"

    def test_queries_cannot_write(self, warehouse: Warehouse) -> None:
        with pytest.raises(WarehouseError, match="read-only"):
            warehouse.query("delete from pass_plays")

    @pytest.mark.slow
    def test_docs_are_generated_offline(self, warehouse: Warehouse) -> None:
        with pytest.MonkeyPatch.context() as patch:
            for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
                patch.setenv(name, "http://127.0.0.1:9")
            folder = warehouse.document()
        catalog = json.loads((folder / "catalog.json").read_text())["nodes"]
        for name in (*FEATURES, *MARTS):
            assert catalog[f"model.ghost.{name}"]["columns"], name
        page = (folder / "index.html").read_text()
        assert "passer_decisions" in (folder / "manifest.json").read_text()
        assert "<script" in page

    def test_a_wrong_query_is_an_error_with_its_reason(self, warehouse: Warehouse) -> None:
        with pytest.raises(WarehouseError, match="no_such_table"):
            warehouse.table("no_such_table")


def test_failures_name_model_and_test(tmp_path: Path) -> None:
    season = SmallSeason(FolderStore(tmp_path / "store"))
    season.write(CLEAN_PLAYS, FIRST, [{"game_id": 1, "play_id": 1, **MISSED}] * 2)
    warehouse = Warehouse(tmp_path / "warehouse", season.partitions.store)
    with pytest.raises(WarehouseError) as failure:
        warehouse.run(["build", "--select", "stg_plays", "stg_participants"])
    assert "unique_key_stg_plays_game_id__play_id: Got 1 result" in str(failure.value)
    assert "stg_participants: " in str(failure.value)
    assert f"{tmp_path}/store/clean/participants/*.parquet" in str(failure.value)


def test_missing_warehouse_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MissingObjectError, match="ghost refresh"):
        Warehouse(tmp_path, FolderStore(tmp_path)).table("pass_plays")


def test_build_arguments_name_the_weeks() -> None:
    assert Warehouse.build_arguments(Refresh((FIRST,)))[-1] == '{"season_weeks": ["2019-REG-01"]}'
    assert Warehouse.build_arguments(Refresh())[-1] == '{"season_weeks": []}'
    assert Warehouse.build_arguments(Refresh(full=True))[-1] == "--full-refresh"
