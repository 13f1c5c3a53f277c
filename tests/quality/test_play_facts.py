"""Every cardinal rule on the smallest play that breaks it and on one that just keeps it."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plays_by_hand import (
    ARRIVAL,
    DEFENDER,
    FRAMES,
    LAST_DEFENDER,
    PASSER,
    RECEIVER,
    SNAP,
    STRANGER,
    THROW,
    Play,
    smallest_play,
    tables_of,
)

from ghost_pipeline.domain.field import MAX_SPEED_YD_S, MAX_STEP_YD
from ghost_pipeline.domain.rules import RULE_BY_ID, RULES
from ghost_pipeline.domain.schema import BALL_ID
from ghost_pipeline.quality.facts import play_facts
from ghost_pipeline.quality.play_rows import sorted_by_key

IN_FLIGHT, BEFORE, AFTER = THROW + 1, THROW - 1, ARRIVAL + 1
FLIGHT = range(THROW, ARRIVAL + 1)
AIR_WINDOW_FACTS = [rule.fact for rule in RULES if rule.scope in ("air_window", "snap_to_arrival")]


def facts_of(*plays: Play) -> list[dict]:
    return play_facts(*tables_of(plays)).to_pylist()


def broken(play: Play) -> set[str]:
    (facts,) = facts_of(play)
    return {rule.id for rule in RULES if facts[rule.fact] is not None and rule.is_broken_by(facts[rule.fact])}


def add_defender(play: Play) -> None:
    extra = play.participants.tail(1).assign(nfl_id=STRANGER)
    play.participants = pd.concat([play.participants, extra])
    for frame in range(FRAMES):
        play.copy_sample(LAST_DEFENDER, frame, nfl_id=STRANGER)


def turn_around(play: Play) -> None:
    play.set(snap_frame=THROW + 1)


def fly_longer(play: Play) -> None:
    """The flight is frames 1..9, long enough to measure accelerations."""
    play.set(snap_frame=0, throw_frame=1, arrival_frame=FRAMES - 1, passer_nfl_id=None)


def burst(play: Play) -> None:
    """2 yd/s, and from one frame to the next 8 yd/s."""
    fly_longer(play)
    play.put(RECEIVER, range(FRAMES), x=[40 + 0.2 * min(f, 5) + 0.8 * max(f - 5, 0) for f in range(FRAMES)])


def cut_square(play: Play) -> None:
    """4 yd/s along the field, and from one frame to the next 4 yd/s across."""
    fly_longer(play)
    x, y = [40 + 0.4 * min(f, 5) for f in range(FRAMES)], [20 + 0.4 * max(f - 5, 0) for f in range(FRAMES)]
    play.put(RECEIVER, range(FRAMES), x=x, y=y, s=2.0)


def stop_dead(play: Play) -> None:
    play.put(RECEIVER, range(BEFORE, FRAMES), x=50.0, s=0.0)
    play.put(RECEIVER, range(BEFORE), x=[48.6, 49.1, 49.6])


def swap(play: Play) -> None:
    one, other = (play.tracking["nfl_id"] == player for player in (RECEIVER, DEFENDER))
    later = play.tracking["frame_id"] >= BEFORE
    play.tracking.loc[one & later, "nfl_id"], play.tracking.loc[other & later, "nfl_id"] = DEFENDER, RECEIVER
    play.tracking = play.tracking.sort_values(["frame_id", "nfl_id"])


def skip_frame(frame: int):
    def change(play: Play) -> None:
        play.tracking = play.tracking[play.tracking["frame_id"] != frame]

    return change


def hold_the_ball(play: Play) -> None:
    play.put(BALL_ID, range(FRAMES), x=[41 + 0.5 * f for f in range(FRAMES)])


def tell_times(play: Play, *late: int) -> None:
    """Frames 0.1 s apart; players in `late` have the time of the next frame."""
    frame = play.tracking["frame_id"] + play.tracking["nfl_id"].isin(late)
    play.tracking["time_utc"] = pd.Timestamp("2019-10-06 17:00") + pd.to_timedelta(frame * 100, unit="ms")


def turn_label(play: Play) -> None:
    """The label is wrong, so the door has turned everything the wrong way round."""
    play.tracking = play.tracking.assign(x=120.0 - play.tracking["x"], y=160 / 3 - play.tracking["y"], dir=270.0)


BREAKING = [
    ("speed_limit speed_agrees", lambda p: p.put(RECEIVER, IN_FLIGHT, s=12.51)),
    ("speed_limit", lambda p: p.put(RECEIVER, THROW, s=12.51)),
    ("speed_limit", lambda p: p.put(DEFENDER, ARRIVAL, s=12.51)),
    ("step_limit sensor_jump", lambda p: p.put(RECEIVER, ARRIVAL, y=10.0 + RECEIVER + 1.25)),
    ("on_field", lambda p: p.put(RECEIVER, range(FRAMES), y=-0.01)),
    ("on_field", lambda p: p.put(RECEIVER, range(FRAMES), y=53.34)),
    ("on_field", lambda p: p.put(RECEIVER, range(FRAMES), x=-0.01, s=0.0)),
    ("on_field", lambda p: p.put(RECEIVER, range(FRAMES), x=120.01, s=0.0)),
    ("acceleration_limit", burst),
    ("turn_limit", cut_square),
    ("speed_agrees", lambda p: p.put(RECEIVER, IN_FLIGHT, s=8.51)),
    ("direction_agrees", lambda p: p.put(RECEIVER, IN_FLIGHT, dir=181.0)),
    ("direction_agrees", lambda p: p.put(RECEIVER, IN_FLIGHT, dir=359.0)),
    ("frame_sequence", skip_frame(BEFORE)),
    ("frame_sequence complete_frames one_ball", skip_frame(IN_FLIGHT)),
    ("frame_times", lambda p: tell_times(p, RECEIVER)),
    ("sensor_jump", lambda p: p.put(RECEIVER, range(BEFORE, FRAMES), y=10.0 + RECEIVER + 0.6)),
    ("frozen_tag", stop_dead),
    ("swapped_ids sensor_jump", swap),
    ("ball_in_step", hold_the_ball),
    ("lineman_target", lambda p: p.participants.__setitem__("position", "T")),
    ("faces_defense", turn_label),
    ("ball_on_line", lambda p: p.set(scrimmage_x_yd=41 - 5.01)),
    ("ball_on_line", lambda p: p.set(scrimmage_x_yd=41 + 5.01)),
    ("event_order", lambda p: p.add_event(THROW - 1, "tackle")),
    ("eleven_offense", lambda p: p.drop(RECEIVER, FLIGHT)),
    ("eleven_defense", lambda p: p.drop(DEFENDER, FLIGHT)),
    ("eleven_defense", add_defender),
    ("one_ball", lambda p: p.drop(BALL_ID, IN_FLIGHT)),
    ("one_ball", lambda p: p.drop(BALL_ID, range(FRAMES))),
    ("complete_frames", lambda p: p.drop(RECEIVER, IN_FLIGHT)),
    ("complete_frames", lambda p: p.drop(RECEIVER, THROW)),
    ("complete_frames", lambda p: p.drop(RECEIVER, ARRIVAL)),
    ("known_players", lambda p: p.copy_sample(RECEIVER, 0, nfl_id=STRANGER)),
    ("unique_samples", lambda p: p.copy_sample(RECEIVER, 0, x=50.0)),
    ("event_order", lambda p: p.add_event(SNAP - 1, "pass_forward")),
    ("event_order", lambda p: p.add_event(THROW - 1, "pass_arrived")),
    ("event_order", turn_around),
    ("eligible_target", lambda p: p.set(target_nfl_id=DEFENDER)),
    ("eligible_target", lambda p: p.set(target_nfl_id=STRANGER)),
    ("eligible_target", lambda p: p.set(target_nfl_id=PASSER)),
]

KEEPING = {
    "as fast as allowed": lambda p: p.put(RECEIVER, THROW, s=12.5),
    "as far from its positions as allowed": lambda p: p.put(RECEIVER, IN_FLIGHT, s=8.5),
    "a quarter turn": lambda p: p.put(RECEIVER, IN_FLIGHT, dir=1.0),
    "slow players turn on the spot": lambda p: p.put(RECEIVER, range(FRAMES), dir=270.0, s=2.9),
    "times as they should be": lambda p: tell_times(p),
    "a player stands still all the time": lambda p: p.put(RECEIVER, range(FRAMES), x=50.0, s=0.0),
    "too fast before the throw": lambda p: p.put(RECEIVER, BEFORE, s=30.0),
    "too fast after the arrival": lambda p: p.put(RECEIVER, AFTER, s=30.0),
    "the ball is fast": lambda p: p.put(BALL_ID, IN_FLIGHT, s=25.0, x=60.0),
    "a jump before the snap": lambda p: p.put(RECEIVER, 0, x=90.0),
    "a jump after the arrival": lambda p: p.put(RECEIVER, AFTER + 1, x=90.0),
    "on the corner of the field": lambda p: p.put(RECEIVER, range(FRAMES), x=120.0, y=53.33, s=0.0),
    "on the opposite corner": lambda p: p.put(RECEIVER, range(FRAMES), x=0.0, y=0.0, s=0.0),
    "on the sideline before the snap": lambda p: p.put(RECEIVER, 0, y=-5.0),
    "pushed out after the arrival": lambda p: p.put(RECEIVER, AFTER + 1, y=-5.0),
    "the ball is thrown away": lambda p: p.put(BALL_ID, IN_FLIGHT, y=-5.0),
    "no ball before the throw": lambda p: p.drop(BALL_ID, BEFORE),
    "a sample is missing before the throw": lambda p: p.drop(RECEIVER, BEFORE),
    "a sample is missing after the arrival": lambda p: p.drop(RECEIVER, AFTER),
    "two arrivals": lambda p: p.add_event(ARRIVAL + 1, "pass_outcome_caught"),
    "a second throw": lambda p: p.add_event(ARRIVAL + 1, "pass_forward"),
    "the line of scrimmage is as far away as allowed": lambda p: p.set(scrimmage_x_yd=46.0),
    "the ball is not tracked at the snap": lambda p: (p.set(scrimmage_x_yd=90.0), p.drop(BALL_ID, SNAP)),
    "turned, and the snap is not known": lambda p: (turn_label(p), p.set(snap_frame=None)),
    "the snap is not known": lambda p: p.set(snap_frame=None),
    "the target is not known": lambda p: p.set(target_nfl_id=None),
    "the passer is not known": lambda p: p.set(passer_nfl_id=None),
    "a player without speeds": lambda p: p.put(RECEIVER, range(FRAMES), s=None),
}


def test_the_smallest_play_keeps_every_rule():
    assert broken(smallest_play()) == set()


@pytest.mark.parametrize(("rule_ids", "change"), BREAKING)
def test_a_play_breaks_exactly_the_rules_it_should(rule_ids, change):
    assert broken(smallest_play(1, 7, change)) == set(rule_ids.split())


def test_every_rule_is_broken_by_some_play():
    assert {rule_id for rule_ids, _ in BREAKING for rule_id in rule_ids.split()} == set(RULE_BY_ID) - {"game_order"}


def test_the_fewest_plays_are_out_of_game_order():
    """Of five plays in a row the third has a clock that runs back; without it the others are in order."""
    plays = [smallest_play(play_id, 7, lambda p: p.set(quarter=2)) for play_id in range(1, 6)]
    for play, clock_s in zip(plays, (300, 280, 500, 260, 260), strict=True):
        play.set(game_clock_s=clock_s)
    assert [row["out_of_game_order"] for row in facts_of(*plays)] == [0, 0, 1, 0, 0]
    assert facts_of(smallest_play())[0]["out_of_game_order"] is None


def test_the_place_of_a_frozen_tag_is_where_it_froze():
    (facts,) = facts_of(smallest_play(1, 7, stop_dead))
    assert (facts["frozen_samples"], facts["frozen_samples_at"]) == (4, f"frame {THROW}, player {RECEIVER}")


@pytest.mark.parametrize("change", KEEPING.values(), ids=KEEPING)
def test_a_play_just_keeps_the_rules(change):
    assert broken(smallest_play(1, 7, change)) == set()


def test_a_skipped_frame_breaks_the_rules_of_players_and_ball():
    play = smallest_play()
    play.tracking = play.tracking[play.tracking["frame_id"] != IN_FLIGHT]
    assert broken(play) == {"complete_frames", "one_ball", "frame_sequence"}
    (facts,) = facts_of(play)
    assert (facts["missing_samples"], facts["frames_without_one_ball"]) == (22, 1)


def test_a_position_that_is_no_number_is_a_missing_sample():
    *others, tracking = tables_of([smallest_play()])
    x = tracking["x"].to_numpy().copy()
    x[(tracking["frame_id"].to_numpy() == IN_FLIGHT) & (tracking["nfl_id"].to_numpy() == RECEIVER)] = np.nan
    tracking = tracking.set_column(tracking.column_names.index("x"), "x", pa.array(x))
    (facts,) = play_facts(*others, tracking).to_pylist()
    assert (facts["missing_samples"], facts["missing_samples_at"]) == (1, f"frame {IN_FLIGHT}, player {RECEIVER}")


def test_a_second_ball_counts_its_frame_once():
    play = smallest_play()
    play.copy_sample(BALL_ID, IN_FLIGHT, x=60.0)
    play.copy_sample(BALL_ID, IN_FLIGHT, x=61.0)
    (facts,) = facts_of(play)
    assert (facts["frames_without_one_ball"], facts["duplicate_samples"]) == (1, 2 + 1)


def test_the_line_up_by_hand():
    """Players stand 1 yd apart in the order of their numbers, the ball 1 yd behind the first."""
    (facts,) = facts_of(smallest_play(1, 7, lambda p: p.set(scrimmage_x_yd=42.5)))
    assert facts["line_up_gap_yd"] == pytest.approx((DEFENDER + LAST_DEFENDER) / 2 - (PASSER + DEFENDER - 1) / 2)
    assert facts["ball_off_line_yd"] == pytest.approx(40 + 0.5 * SNAP - 42.5)
    assert facts["line_up_gap_yd_at"] == facts["ball_off_line_yd_at"] == f"frame {SNAP}"


def test_strangers_and_samples_without_a_position_are_not_in_the_line_up():
    play = smallest_play(1, 7, lambda p: p.copy_sample(RECEIVER, SNAP, nfl_id=STRANGER, x=119.0))
    *others, tracking = tables_of([play])
    x = tracking["x"].to_numpy().copy()
    x[(tracking["frame_id"].to_numpy() == SNAP) & (tracking["nfl_id"].to_numpy() == LAST_DEFENDER)] = np.nan
    tracking = tracking.set_column(tracking.column_names.index("x"), "x", pa.array(x))
    (facts,) = play_facts(*others, tracking).to_pylist()
    assert facts["line_up_gap_yd"] == pytest.approx((DEFENDER + LAST_DEFENDER - 1) / 2 - (PASSER + DEFENDER - 1) / 2)


def test_without_one_side_or_a_snap_there_is_no_line_up():
    defenders = range(DEFENDER, LAST_DEFENDER + 1)
    one_side = smallest_play(1, 7, *(lambda p, d=d: p.drop(d, SNAP) for d in defenders))
    no_snap = smallest_play(2, 7, lambda p: p.set(snap_frame=None))
    assert [row["line_up_gap_yd"] for row in facts_of(one_side, no_snap)] == [None, None]
    assert facts_of(no_snap)[0]["line_up_gap_yd_at"] is None


def test_places_name_frame_and_player():
    play = smallest_play(
        1,
        7,
        lambda p: p.put(RECEIVER, IN_FLIGHT, s=13.0),
        lambda p: p.put(DEFENDER, [IN_FLIGHT, ARRIVAL], s=12.9),
        lambda p: p.drop(BALL_ID, THROW),
        lambda p: p.drop(DEFENDER + 1, FLIGHT),
    )
    (facts,) = facts_of(play)
    assert facts["max_speed_yd_s_at"] == f"frame {IN_FLIGHT}, player {RECEIVER}"
    assert facts["frames_without_one_ball_at"] == f"frame {THROW}"
    assert facts["defense_players_at"] == f"player {DEFENDER + 1}"
    assert facts["offense_players_at"] is None


@pytest.mark.parametrize("moments", [{"throw_frame": None}, {"arrival_frame": None}, {"arrival_frame": THROW}])
def test_without_a_flight_there_is_nothing_to_measure_in_the_air(moments):
    play = smallest_play(1, 7, lambda p: p.put(RECEIVER, IN_FLIGHT, s=30.0), lambda p: p.set(**moments))
    (facts,) = facts_of(play)
    assert {facts[name] for name in AIR_WINDOW_FACTS} == {None}
    assert facts["duplicate_samples"] == 0


def test_a_pass_without_tracking_has_nobody_on_the_field():
    play = smallest_play()
    play.tracking = play.tracking[:0]
    assert broken(play) == {"eleven_offense", "eleven_defense", "one_ball"}


def test_plays_do_not_touch_each_other():
    """A fault in the middle play of three is told of that play alone, and the order of plays is kept."""
    plays = [smallest_play(play_id, game) for game, play_id in ((7, 9), (7, 3), (8, 1))]
    plays[0].put(RECEIVER, IN_FLIGHT, s=13.0)
    *others, tracking = tables_of(plays)
    facts = play_facts(*others, sorted_by_key(tracking)).to_pylist()
    assert [(row["game_id"], row["play_id"]) for row in facts] == [(7, 9), (7, 3), (8, 1)]
    assert [row["max_speed_yd_s"] for row in facts] == [13.0, 5.0, 5.0]


@given(st.floats(0, 30, width=32), st.integers(0, FRAMES - 1), st.integers(1, LAST_DEFENDER))
@settings(max_examples=60, deadline=None)
def test_speed_breaks_the_rule_in_the_air_only(speed, frame, player):
    play = smallest_play(1, 7, lambda p: p.put(player, frame, s=speed))
    assert ("speed_limit" in broken(play)) == (frame in FLIGHT and speed > MAX_SPEED_YD_S)


@given(st.floats(0, 3), st.floats(0, 2 * np.pi), st.integers(0, FRAMES - 1), st.integers(1, LAST_DEFENDER))
@settings(max_examples=60, deadline=None)
def test_a_step_in_any_direction_breaks_the_rule_in_the_air_only(step, angle, frame, player):
    """From `frame` on the player stands where one step of `step` yd brings him."""
    play = smallest_play(1, 7, lambda p: p.put(player, range(FRAMES), x=50.0, y=25.0))
    after = range(frame, FRAMES)
    play.put(player, after, x=50.0 + step * np.cos(angle), y=25.0 + step * np.sin(angle))
    seen = THROW < frame <= ARRIVAL
    (facts,) = facts_of(play)
    assert facts["max_step_yd"] == pytest.approx(max(0.5, step) if seen else 0.5, abs=1e-5)
    if abs(step - MAX_STEP_YD) > 1e-5:
        assert ("step_limit" in broken(play)) == (seen and step > MAX_STEP_YD)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_agrees_with_a_plain_pandas_computation(seed):
    """Random paths with random samples missing, against group-by."""
    random = np.random.default_rng(seed)
    play = smallest_play()
    rows = play.tracking
    rows["x"] += random.normal(0, 40, len(rows))
    rows["y"] += random.normal(0, 20, len(rows))
    rows["s"] = random.uniform(0, 15, len(rows))
    play.tracking = rows[random.random(len(rows)) > 0.1].astype({"x": "float32", "y": "float32", "s": "float32"})
    (facts,) = facts_of(play)

    flight = play.tracking[play.tracking["frame_id"].between(THROW, ARRIVAL)]
    players, ball = flight[flight["nfl_id"] != BALL_ID], flight[flight["nfl_id"] == BALL_ID]
    by_player = players.groupby("nfl_id")
    step = np.hypot(by_player["x"].diff().astype(float), by_player["y"].diff().astype(float))
    step /= by_player["frame_id"].diff()
    on_field = players["x"].between(0, 120) & players["y"].between(0, 160 / 3)
    assert facts["max_speed_yd_s"] == pytest.approx(players["s"].max())
    assert facts["max_step_yd"] == pytest.approx(step.max(), rel=1e-5)
    assert facts["off_field_samples"] == (~on_field).sum()
    assert facts["missing_samples"] == players["nfl_id"].nunique() * len(FLIGHT) - len(players)
    assert facts["frames_without_one_ball"] == len(FLIGHT) - len(ball)
    assert facts["offense_players"] == players.loc[players["nfl_id"] < DEFENDER, "nfl_id"].nunique()
