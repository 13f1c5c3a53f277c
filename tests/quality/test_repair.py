"""What is mended, what is not, and that every mended sample is told."""

import pandas as pd
import pytest
from plays_by_hand import ARRIVAL, DEFENDER, FRAMES, RECEIVER, THROW, WEEK, Play, smallest_play, tables_of

from ghost_pipeline.domain.rules import RULES
from ghost_pipeline.domain.schema import BALL_ID
from ghost_pipeline.quality.facts import play_facts
from ghost_pipeline.quality.play_rows import sorted_by_key
from ghost_pipeline.quality.repair import Repaired, repair
from ghost_pipeline.quality.verdict import Week, judge

IN_FLIGHT = THROW + 1


def mended(*plays: Play) -> Repaired:
    all_plays, participants, _, tracking = tables_of(plays)
    return repair(all_plays, participants, tracking, str(WEEK))


def samples(found: Repaired, player: int) -> pd.DataFrame:
    rows = found.tracking.to_pandas().assign(is_imputed=found.is_imputed.to_numpy())
    return rows[rows["nfl_id"] == player].set_index("frame_id")


def broken(play: Play, found: Repaired) -> set[str]:
    plays, participants, events, _ = tables_of([play])
    (facts,) = play_facts(plays, participants, events, found.tracking).to_pylist()
    return {rule.id for rule in RULES if facts[rule.fact] is not None and rule.is_broken_by(facts[rule.fact])}


def leap_back(play: Play) -> None:
    play.put(RECEIVER, IN_FLIGHT, y=18.0, s=9.0)


def test_a_clean_play_is_left_as_it_is():
    *_, tracking = tables_of([smallest_play()])
    found = mended(smallest_play())
    assert found.tracking.equals(tracking)
    assert not found.is_imputed.to_numpy().any()
    assert found.repairs.num_rows == 0


def test_a_single_sample_off_its_track_is_put_back():
    play = smallest_play(1, 7, leap_back)
    found = mended(play)
    track = samples(found, RECEIVER)
    assert track.loc[IN_FLIGHT, ["x", "y", "s"]].tolist() == [40 + RECEIVER + 0.5 * IN_FLIGHT, 10.0 + RECEIVER, 5.0]
    assert track.index[track["is_imputed"]].tolist() == [IN_FLIGHT]
    assert found.is_imputed.to_numpy().sum() == 1
    assert broken(play, found) == set()
    (row,) = found.repairs.to_pylist()
    assert row == {
        "season_week": str(WEEK), "game_id": 7, "play_id": 1, "nfl_id": RECEIVER, "frame_id": IN_FLIGHT, "frames": 1,
        "kind": "position_glitch", "rule_id": "step_limit",
    }  # fmt: skip


def test_a_single_speed_no_human_has_is_mended_and_the_position_kept():
    play = smallest_play(1, 7, lambda p: p.put(DEFENDER, IN_FLIGHT, s=13.9))
    found = mended(play)
    assert samples(found, DEFENDER)["s"].tolist() == [5.0] * FRAMES
    assert [(row["kind"], row["rule_id"]) for row in found.repairs.to_pylist()] == [("speed_glitch", "speed_limit")]
    assert broken(play, found) == set()


@pytest.mark.parametrize("missing", [[4], [5, 6], [4, 5, 6]])
def test_a_short_gap_is_filled_in_its_place(missing):
    play = smallest_play(1, 7, lambda p: p.drop(RECEIVER, missing))
    found = mended(play)
    _, participants, _, whole = tables_of([smallest_play(1, 7)])
    assert participants.num_rows == 22
    assert found.tracking.select(["frame_id", "nfl_id"]).equals(whole.select(["frame_id", "nfl_id"]))
    assert found.tracking["x"].to_pylist() == pytest.approx(whole["x"].to_pylist(), abs=1e-4)
    track = samples(found, RECEIVER)
    assert track.index[track["is_imputed"]].tolist() == missing
    assert [(row["frame_id"], row["frames"]) for row in found.repairs.to_pylist()] == [(missing[0], len(missing))]
    assert broken(play, found) == set()


def test_a_frame_that_all_lack_is_filled_for_all():
    play = smallest_play()
    play.tracking = play.tracking[play.tracking["frame_id"] != IN_FLIGHT]
    found = mended(play)
    assert found.is_imputed.to_numpy().sum() == found.repairs.num_rows == 23
    assert sorted_by_key(found.tracking) is found.tracking
    assert broken(play, found) == set()


def test_angles_go_the_shorter_way_and_times_are_filled():
    play = smallest_play(1, 7, lambda p: p.put(RECEIVER, range(FRAMES), o=[350] * 5 + [10] * 5))
    play.tracking["time_utc"] = pd.Timestamp("2019-10-06") + pd.to_timedelta(play.tracking["frame_id"] * 100, unit="ms")
    play.tracking["time_utc"] = play.tracking["time_utc"].astype("datetime64[ms]")
    play.drop(RECEIVER, [5])
    row = samples(mended(play), RECEIVER).loc[5]
    assert row["o"] == pytest.approx(0.0, abs=1e-3)
    assert row["time_utc"] == pd.Timestamp("2019-10-06 00:00:00.500")


LASTING = {
    "a gap of four frames": lambda p: p.drop(RECEIVER, [3, 4, 5, 6]),
    "a gap at the end": lambda p: p.drop(RECEIVER, [8, 9]),
    "a leap that lasts": lambda p: p.put(RECEIVER, range(IN_FLIGHT, FRAMES), y=18.0),
    "two samples off the track": lambda p: p.put(RECEIVER, [5, 6], y=18.0),
    "a speed that lasts": lambda p: p.put(RECEIVER, [5, 6], s=13.9),
    "a fast but human speed": lambda p: p.put(RECEIVER, IN_FLIGHT, s=12.0),
    "a gap that hides a leap": lambda p: (p.drop(RECEIVER, IN_FLIGHT), p.put(RECEIVER, range(6, FRAMES), y=18.0)),
    "the ball before the throw": lambda p: p.drop(BALL_ID, THROW - 1),
    "the ball after the arrival": lambda p: p.drop(BALL_ID, ARRIVAL + 1),
    "a ball that is off its way": lambda p: p.put(BALL_ID, IN_FLIGHT, y=18.0),
}


@pytest.mark.parametrize("change", LASTING.values(), ids=LASTING)
def test_what_lasts_is_left_to_the_rules(change):
    assert mended(smallest_play(1, 7, change)).repairs.num_rows == 0


def test_a_track_full_of_gaps_is_mended_no_further_than_its_share():
    play = smallest_play(1, 7, lambda p: p.drop(RECEIVER, [1, 3, 5, 7]))
    found = mended(play)
    assert found.repairs["frame_id"].to_pylist() == [1, 3, 5]
    assert "complete_frames" in broken(play, found)


def test_plays_do_not_touch_each_other():
    plays = [smallest_play(play_id, 7) for play_id in (1, 2, 3)]
    leap_back(plays[1])
    plays[2].drop(RECEIVER, IN_FLIGHT)
    found = mended(*plays)
    assert [(row["play_id"], row["kind"]) for row in found.repairs.to_pylist()] == [
        (2, "position_glitch"),
        (3, "short_gap"),
    ]
    assert sorted_by_key(found.tracking) is found.tracking


def test_clean_tracking_says_what_is_imputed():
    plays = [smallest_play(1, 7, leap_back), smallest_play(2, 7)]
    verdict = judge(Week(WEEK, *tables_of(plays)))
    assert verdict.bad_plays == set()
    tracking = verdict.clean["tracking"]
    assert tracking.column_names[-1] == "is_imputed"
    assert tracking.filter(tracking["is_imputed"]).select(["play_id", "frame_id", "nfl_id"]).to_pylist() == [
        {"play_id": 1, "frame_id": IN_FLIGHT, "nfl_id": RECEIVER}
    ]
    assert verdict.repairs.num_rows == 1
