"""A week with one fault of every kind, judged once by Great Expectations."""

import contextlib
import io
import socket

import pandas as pd
import pyarrow as pa
import pytest
from plays_by_hand import DEFENDER, RECEIVER, THROW, WEEK, smallest_play, tables_of

from ghost_pipeline.domain.field import MAX_SPEED_YD_S
from ghost_pipeline.domain.rules import RULES
from ghost_pipeline.errors import BadInputError, ExpectationError
from ghost_pipeline.quality.checks import RANGE, Check, check_specs
from ghost_pipeline.quality.suites import evaluate, expectation
from ghost_pipeline.quality.verdict import Week, judge

GAME = 2019100600
GOOD, FAST, FAST_AND_OUT, BAD_QUARTER, REPEATED, FAR_BEFORE_SNAP, BAD_SIDE, RUN = range(1, 9)
ORPHAN = 50


def repeat_row(play):
    play.plays = pd.concat([play.plays, play.plays])


def planted_week() -> Week:
    plays = [
        smallest_play(GOOD, GAME),
        smallest_play(FAST, GAME, lambda p: p.put(RECEIVER, [THROW - 1, THROW], s=13.25)),
        smallest_play(
            FAST_AND_OUT,
            GAME,
            lambda p: p.put(RECEIVER, range(10), y=-3),
            lambda p: p.put(DEFENDER, [THROW - 1, THROW], s=14),
        ),
        smallest_play(BAD_QUARTER, GAME, lambda p: p.set(quarter=9)),
        smallest_play(REPEATED, GAME, repeat_row),
        smallest_play(FAR_BEFORE_SNAP, GAME, lambda p: p.put(RECEIVER, [0, 1], x=-27.0)),
        smallest_play(BAD_SIDE, GAME, lambda p: p.participants.__setitem__("side", "bench")),
        smallest_play(RUN, GAME, lambda p: p.set(play_type="rush", throw_frame=None, arrival_frame=None)),
        smallest_play(ORPHAN, GAME, lambda p: setattr(p, "plays", p.plays[:0])),
    ]
    return Week(WEEK, *tables_of(plays[::-1]))


@pytest.fixture(scope="module")
def judged():
    """The verdict and what was written to the terminal meanwhile; the network is cut."""

    def refuse(*address):
        raise AssertionError(f"a check must not use the network: {address}")

    terminal = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stderr(terminal):
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        verdict = judge(planted_week())
    return verdict, terminal.getvalue()


@pytest.fixture(scope="module")
def verdict(judged):
    return judged[0]


@pytest.fixture(scope="module")
def results(verdict):
    return {(row["table_name"], row["check_id"]): row for row in verdict.check_results.to_pylist()}


def test_every_check_has_a_row_and_only_the_planted_ones_fail(verdict, results):
    assert list(results) == [(check.table, check.id) for check in check_specs()]
    assert {name: row["unexpected_count"] for name, row in results.items() if not row["success"]} == {
        ("plays", "quarter_range"): 1,
        ("plays", "key_unique"): 2,
        ("participants", "side_values"): 22,
        ("participants", "play_known"): 22,
        ("events", "play_known"): 3,
        ("tracking", "x_range"): 1,
        ("tracking", "play_known"): 1,
        ("play_facts", "speed_limit"): 2,
        ("play_facts", "on_field"): 1,
        ("play_facts", "eleven_offense"): 1,
        ("play_facts", "eleven_defense"): 1,
        ("play_facts", "eligible_target"): 1,
        ("play_facts", "sensor_jump"): 1,
    }


def test_quarantine_names_play_rule_value_place_and_file(verdict):
    rows = {(row["play_id"], row["rule_id"]): row for row in verdict.quarantine.to_pylist()}
    fast = rows[FAST, "speed_limit"]
    assert (fast["observed"], fast["expected"], fast["severity"]) == (13.25, f"<= {MAX_SPEED_YD_S} yd/s", "error")
    assert fast["sample"] == f"13.25 yd/s at frame {THROW}, player {RECEIVER}"
    assert fast["source_object"] == f"raw/{FAST}.csv"
    assert {rule for play, rule in rows if play == FAST_AND_OUT} == {"speed_limit", "on_field"}
    assert {rule for play, rule in rows if play == BAD_QUARTER} == {"plays.quarter_range"}
    assert {rule for play, rule in rows if play == REPEATED} == {"plays.key_unique"}
    assert {rule for play, rule in rows if play == ORPHAN} == {
        f"{table}.play_known" for table in ("participants", "events", "tracking")
    }
    assert rows[ORPHAN, "tracking.play_known"]["source_object"] is None


def test_warnings_are_told_and_quarantine_nothing(verdict):
    rows = [row for row in verdict.quarantine.to_pylist() if row["play_id"] == FAR_BEFORE_SNAP]
    assert [(row["rule_id"], row["severity"], row["sample"]) for row in rows] == [
        ("sensor_jump", "warning", "35.25 yd at frame 3, player 3"),
        ("tracking.x_range", "warning", "2 samples"),
    ]
    assert (GAME, FAR_BEFORE_SNAP) not in verdict.bad_plays


def test_clean_tables_hold_the_other_plays(verdict):
    for table in verdict.clean.values():
        assert set(table["play_id"].to_pylist()) == {GOOD, FAR_BEFORE_SNAP, RUN}
    assert verdict.clean["tracking"].num_rows == 3 * 10 * 23
    assert set(verdict.facts["play_id"].to_pylist()) == set(range(GOOD, RUN + 1))


def test_results_tell_what_was_seen(results):
    speed = results["play_facts", "speed_limit"]
    assert (speed["observed"], speed["expected"]) == ("5 to 14 yd/s", f"<= {MAX_SPEED_YD_S} yd/s")
    assert speed["row_count"] == RUN - 1, "the run has no flight, so nothing was looked at"
    assert f"game {GAME}, play {FAST}: 13.25 yd/s at frame {THROW}, player {RECEIVER}" in speed["sample"]
    assert results["plays", "season_range"]["sample"] is None
    assert results["plays", "down_range"]["observed"] == "nothing to measure"


def test_nothing_is_written_to_the_terminal(judged):
    assert judged[1] == ""


def test_a_rule_has_its_own_expectation():
    checks = {check.id: check for check in check_specs()}
    speed = expectation(checks["speed_limit"])
    assert speed.expectation_type == "expect_speed_limit"
    assert (speed.column, speed.max_value, speed.description) == (
        "max_speed_yd_s",
        MAX_SPEED_YD_S,
        RULES[0].sentence,
    )


def test_an_expectation_that_cannot_be_evaluated_is_an_error():
    check = Check("plays", "ghost_range", "error", "There is no such column.", ">= 0", RANGE, ("ghost",), low=0)
    with pytest.raises(ExpectationError, match=r"ghost_range of plays could not be evaluated.*ghost"):
        evaluate([check], {"plays": pd.DataFrame({"quarter": [1]})}, str(WEEK))


def test_check_ids_are_stable_names():
    names = [f"{check.table}_{check.id}" for check in check_specs()]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)


def test_a_week_without_plays_is_refused():
    empty = [table[:0] for table in tables_of([smallest_play()])]
    with pytest.raises(BadInputError, match=f"canonical/plays/{WEEK}: found no plays"):
        judge(Week(WEEK, *empty))


def test_a_week_of_plays_alone_is_judged():
    """A pass of which nothing was tracked is quarantined; a run is not."""
    no_flight = {"throw_frame": None, "arrival_frame": None}
    untold = [smallest_play(play_id, GAME, lambda p: p.set(target_nfl_id=None)) for play_id in (GOOD, RUN)]
    untold[1].set(play_type="rush", **no_flight)
    plays, *others = tables_of(untold)
    verdict = judge(Week(WEEK, plays, *(table[:0] for table in others)))
    assert verdict.bad_plays == {(GAME, GOOD)}
    assert set(verdict.quarantine["rule_id"].to_pylist()) == {"eleven_offense", "eleven_defense", "one_ball"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop_columns("x"), "canonical/tracking/2019-REG-05: found no column x"),
        (lambda t: t.set_column(4, "time_utc", pa.nulls(len(t), pa.string())), "column time_utc: found string"),
        (lambda t: t.set_column(3, "nfl_id", pa.nulls(len(t), pa.int64())), "column nfl_id: found 230 empty values"),
    ],
)
def test_a_table_in_another_form_is_refused(change, message):
    *others, tracking = tables_of([smallest_play()])
    with pytest.raises(BadInputError, match=message):
        judge(Week(WEEK, *others, change(tracking)))
