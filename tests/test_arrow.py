import numpy as np
import pyarrow as pa
import pytest

from ghost_pipeline.arrow import arrow_schema, conform, distinct, empty, to_columns
from ghost_pipeline.domain.schema import EVENTS, PARTICIPANTS
from ghost_pipeline.errors import BadInputError

ROW = {"season_week": "2019-REG-05", "game_id": 1, "play_id": 2, "frame_id": 3, "event": "ball_snap"}


def test_columns_come_in_the_declared_order_and_type():
    table = conform(EVENTS, pa.Table.from_pylist([dict(reversed(ROW.items()))]), "events.csv")
    assert table.schema.equals(arrow_schema(EVENTS), check_metadata=True)
    assert table.to_pylist() == [ROW]


def test_absent_nullable_columns_become_null():
    row = {"season_week": "2019-REG-05", "game_id": 1, "play_id": 2, "nfl_id": 3, "side": "offense"}
    table = conform(PARTICIPANTS, pa.Table.from_pylist([row]), "players.csv")
    assert table["route"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"event": None}, "1 empty values in event"),
        ({"frame_id": 2**40}, "INTEGER in column frame_id"),
        ({"game_id": "x"}, "BIGINT in column game_id"),
    ],
)
def test_what_does_not_fit_is_an_error_that_names_file_and_column(change, told):
    with pytest.raises(BadInputError, match=told) as error:
        conform(EVENTS, pa.Table.from_pylist([ROW | change]), "events.csv")
    assert "events.csv" in str(error.value)


def test_a_missing_required_column_is_named():
    with pytest.raises(BadInputError, match="no column event"):
        conform(EVENTS, pa.Table.from_pylist([ROW]).drop(["event"]), "events.csv")


def test_numpy_columns_say_what_is_absent():
    row = {"season_week": "2019-REG-05", "game_id": 1, "play_id": 2, "nfl_id": 3, "side": "offense"}
    columns = to_columns(conform(PARTICIPANTS, pa.Table.from_pylist([row]), "players.csv"))
    assert columns["jersey_number"].tolist() == [-1]
    assert columns["route"].tolist() == [""]
    assert np.issubdtype(columns["nfl_id"].dtype, np.int64)


def test_an_empty_table_has_the_schema():
    assert empty(EVENTS).schema == arrow_schema(EVENTS)


def test_different_rows_come_in_the_order_of_their_first():
    random = np.random.default_rng(3)
    rows = pa.table({"play_id": random.integers(0, 40, 200), "team": random.choice(["KC", "OAK", None], 200)})
    pairs = list(zip(rows["play_id"].to_pylist(), rows["team"].to_pylist(), strict=True))
    assert distinct(rows, ["play_id", "team"]).to_pylist() == [
        {"play_id": play, "team": team} for play, team in dict.fromkeys(pairs)
    ]
