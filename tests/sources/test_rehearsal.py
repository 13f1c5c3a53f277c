"""Passes played in memory are those of the season's files, and know the truth of every throw."""

import numpy as np
import pytest

from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.scene import PLAYERS
from ghost_pipeline.sources.simulator.rehearsal import Rehearsal, rehearse
from ghost_pipeline.sources.simulator.schedule import SeasonPlan
from ghost_pipeline.sources.simulator.season import replay_play

PLAN = SeasonPlan(seed=5, weeks=1, games_per_week=2, passes_per_game=8)


@pytest.fixture(scope="module")
def played() -> Rehearsal:
    return rehearse(PLAN)


def test_the_thrown_option_is_the_pass_that_tracking_saw(played):
    aim, thrown = actual_aim(played.scenes), played.aim.take(played.is_thrown)
    assert len(aim) == 16
    assert np.array_equal(aim.target, thrown.target)
    assert np.array_equal(aim.flight_frames, thrown.flight_frames)
    seen = played.scenes.xy[played.scenes.arrival][:, PLAYERS]
    assert np.abs(seen - played.at_arrival[played.is_thrown]).max() < 0.1  # the error of the sensors


def test_every_branch_begins_where_the_ball_was_thrown(played):
    at_throw = played.scenes.xy[played.scenes.throw][played.aim.play][:, PLAYERS]
    assert np.abs(played.path[:, :, 0] - at_throw).max() < 0.1


@pytest.mark.parametrize("option", [3, 37])
def test_a_branch_is_the_play_replayed_with_another_target(played, option):
    play, target = played.aim.play[option], played.aim.target[option]
    scenes = played.scenes
    again = replay_play(PLAN, int(scenes.game_id[play]), int(scenes.play_id[play]), int(scenes.nfl_id[play, target]))
    frames = int(played.aim.flight_frames[option])
    throw = int(again.played.throw[0])
    true = again.played.xy[0, throw : throw + frames + 1, :22]
    ours = played.path[option, :, : frames + 1].transpose(1, 0, 2)
    # The same 22 bodies in another order of slots.
    assert np.abs(np.sort(true.sum(axis=-1), axis=1) - np.sort(ours.sum(axis=-1), axis=1)).max() < 1e-3
    assert again.played.options.completion[0].tolist() == pytest.approx(played.completion[play * 5 : play * 5 + 5])
