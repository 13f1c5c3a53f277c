import numpy as np
import pytest
from plays_by_hand import ARRIVAL, PASSER, RECEIVER, SNAP, TARGET, THROW, Play, smallest_play, tables_of

from ghost_pipeline.arrow import to_columns
from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.scene import BALL, ENTITIES, NOBODY, Scenes, build_scenes


def scenes_of(*plays: Play, frames_after: int = 0) -> Scenes:
    table, participants, _, tracking = (to_columns(one) for one in tables_of(plays))
    return build_scenes(table, participants, tracking, frames_after)


def test_the_smallest_play_as_arrays():
    scenes = scenes_of(smallest_play())
    frames = ARRIVAL - SNAP + 1
    assert scenes.xy.shape == (frames, ENTITIES, 2)
    assert scenes.frame_id.tolist() == list(range(SNAP, ARRIVAL + 1))
    assert (scenes.snap[0], scenes.throw[0], scenes.arrival[0]) == (0, THROW - SNAP, frames - 1)
    assert scenes.nfl_id[0].tolist() == [*range(1, 23), 0]
    assert scenes.nfl_id[0, scenes.target[0]] == TARGET
    assert scenes.nfl_id[0, scenes.passer[0]] == PASSER
    slot = int(scenes.target[0])
    np.testing.assert_allclose(scenes.xy[:, slot, 0], 40 + TARGET + 0.5 * scenes.frame_id)
    np.testing.assert_allclose(scenes.xy[:, BALL], np.stack([40 + 0.5 * scenes.frame_id, [10.0] * frames], 1))
    np.testing.assert_allclose(scenes.velocity[..., 0], 5, atol=1e-5)
    np.testing.assert_allclose(scenes.velocity[..., 1], 0, atol=1e-5)


def test_plays_are_sorted_and_own_their_rows():
    scenes = scenes_of(smallest_play(9), smallest_play(2), smallest_play(5, 2019100500))
    assert list(zip(scenes.game_id, scenes.play_id, strict=True)) == [
        (2019100500, 5),
        (2019100600, 2),
        (2019100600, 9),
    ]
    assert np.diff(scenes.start).tolist() == [ARRIVAL - SNAP + 1] * 3
    assert scenes.play_of_frame.tolist() == sorted(scenes.play_of_frame.tolist())
    assert not np.isnan(scenes.xy).any()


@pytest.mark.parametrize("missing", ["throw_frame", "arrival_frame"])
def test_what_is_no_pass_is_left_out(missing):
    assert len(scenes_of(smallest_play(1), smallest_play(2, 2019100600, lambda play: play.set(**{missing: None})))) == 1


def test_no_play_at_all_gives_empty_arrays():
    scenes = scenes_of(smallest_play(1, 2019100600, lambda play: play.set(throw_frame=None)))
    assert len(scenes) == 0
    assert scenes.xy.shape == (0, ENTITIES, 2)


def test_a_missing_sample_is_nan_and_nothing_else_is():
    scenes = scenes_of(smallest_play(1, 2019100600, lambda play: play.drop(RECEIVER, 5)))
    slot = scenes.nfl_id[0].tolist().index(RECEIVER)
    hole = np.isnan(scenes.xy).any(-1)
    assert hole[5 - SNAP, slot]
    assert hole.sum() == 1


def test_velocity_comes_from_positions_where_the_source_gives_none():
    def positions_only(play: Play) -> None:
        play.tracking[["s", "dir", "o"]] = np.nan

    scenes = scenes_of(smallest_play(1, 2019100600, positions_only))
    assert np.isnan(scenes.velocity[0]).all()
    np.testing.assert_allclose(scenes.velocity[1:, :, 0], 5, atol=1e-3)
    assert np.isnan(scenes.facing_deg).all()


def test_an_unknown_target_is_nobody_and_has_no_aim():
    scenes = scenes_of(smallest_play(1), smallest_play(2, 2019100600, lambda play: play.set(target_nfl_id=None)))
    assert scenes.target.tolist()[1] == NOBODY
    aim = actual_aim(scenes)
    assert aim.play.tolist() == [0]
    assert aim.flight_frames.tolist() == [ARRIVAL - THROW]
    np.testing.assert_allclose(aim.landing_xy, [[40 + 0.5 * ARRIVAL, 10]])


def test_the_passer_is_found_near_the_ball_where_the_source_names_none():
    def unnamed(play: Play) -> None:
        play.set(passer_nfl_id=None)
        play.participants["position"] = "WR"

    def quarterback(play: Play) -> None:
        unnamed(play)
        play.participants.loc[play.participants["nfl_id"] == RECEIVER, "position"] = "QB"

    nearest, named = scenes_of(smallest_play(1, 2019100600, unnamed), smallest_play(2, 2019100600, quarterback)).passer
    assert nearest == PASSER - 1
    assert named == RECEIVER - 1


def test_the_target_can_be_any_eligible_receiver_and_not_the_passer_or_a_lineman():
    def positions(play: Play) -> None:
        play.participants["position"] = ["QB", "WR", "TE", "RB", "WR", "WR", "T", "G", "C", "G", "T"] + ["CB"] * 11

    scenes = scenes_of(smallest_play(1, 2019100600, positions))
    assert np.flatnonzero(scenes.is_eligible[0]).tolist() == [1, 2, 3, 4, 5]
    assert np.flatnonzero(scenes.is_defensive_back[0]).tolist() == list(range(11, 22))


def test_frames_after_the_arrival_are_kept_on_request():
    assert scenes_of(smallest_play(), frames_after=2).frame_id[-1] == ARRIVAL + 2
