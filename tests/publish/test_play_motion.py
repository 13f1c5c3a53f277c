"""What moves on a play's page is what the scene and the what-ifs hold."""

import numpy as np
import pytest
from made_site import ARRIVAL, ELIGIBLE, SCRIMMAGE_X, SNAP, THROW, made_site

from ghost_pipeline.domain.field import FIELD_LENGTH_YD, FIELD_WIDTH_YD
from ghost_pipeline.domain.scene import BALL
from ghost_pipeline.publish.play_figure import play_figure
from ghost_pipeline.publish.play_motion import PER_YARD, paths_by_play, play_motion


@pytest.fixture(scope="module")
def motion_and_data():
    data = made_site(games=1, plays_each=1)
    people = {row["nfl_id"]: row for row in data.participants.to_pylist()}
    options = data.what_if_options.to_pylist()
    (paths,) = paths_by_play(data.what_if_paths.to_pylist()).values()
    return play_motion(data.scenes, 0, people, options, paths), data


def test_moments_and_lines(motion_and_data) -> None:
    motion, _ = motion_and_data
    assert (motion["snap"], motion["throw"], motion["arrival"]) == (SNAP, THROW, ARRIVAL)
    assert (motion["scrimmage"], motion["firstDown"]) == (SCRIMMAGE_X, SCRIMMAGE_X + 8)


def test_tracks_are_the_scene_in_hundredths_of_a_yard(motion_and_data) -> None:
    motion, data = motion_and_data
    assert len(motion["tracks"]) == len(motion["players"]) == 22
    for slot in (0, 6, 21):
        assert np.allclose(np.array(motion["tracks"][slot]).T / PER_YARD, data.scenes.xy[:, slot], atol=0.006)
    assert np.allclose(np.array(motion["ball"]).T / PER_YARD, data.scenes.xy[:, BALL], atol=0.006)


def test_a_missing_sample_is_null_and_a_gap_of_the_ball_is_closed() -> None:
    data = made_site(games=1, plays_each=1)
    data.scenes.xy[5, 3] = np.nan
    data.scenes.xy[10:12, BALL] = np.nan
    people = {row["nfl_id"]: row for row in data.participants.to_pylist()}
    motion = play_motion(data.scenes, 0, people, [], {})
    assert motion["tracks"][3][0][5] is None
    xs = motion["ball"][0]
    assert xs[9] > xs[10] > xs[11] > xs[12] or xs[9] < xs[10] < xs[11] < xs[12]


def test_the_thrown_target_shows_defenders_only_and_a_what_if_the_receivers_too(motion_and_data) -> None:
    motion, _ = motion_and_data
    offense = {player["id"] for player in motion["players"] if player["offense"]}
    assert len(motion["targets"]) == len(ELIGIBLE)
    for target in motion["targets"]:
        receivers = [ghost for ghost in target["ghosts"] if ghost["id"] in offense]
        assert len(receivers) == (0 if target["actual"] else len(ELIGIBLE))
        assert all(len(ghost["path"][0]) == target["flight"] for ghost in target["ghosts"])


def test_a_point_forecast_has_no_regions() -> None:
    data = made_site(games=1, plays_each=1)
    rows = [{**row, "ghost_sd_x_yd": None, "ghost_sd_y_yd": None} for row in data.what_if_paths.to_pylist()]
    people = {row["nfl_id"]: row for row in data.participants.to_pylist()}
    (paths,) = paths_by_play(rows).values()
    motion = play_motion(data.scenes, 0, people, data.what_if_options.to_pylist(), paths)
    assert all(ghost["sd"] is None for target in motion["targets"] for ghost in target["ghosts"])


def test_the_field_is_one_line_to_scale() -> None:
    layers = {layer["meta"]: layer for layer in play_figure(50.0, 60.0)["data"]}
    lines = layers["lines"]
    assert max(x for x in lines["x"] if x is not None) == FIELD_LENGTH_YD
    assert max(y for y in lines["y"] if y is not None) == pytest.approx(FIELD_WIDTH_YD, abs=0.01)
    assert layers["scrimmage"]["x"] == [50.0, 50.0]
    assert play_figure(50.0, None)["data"][4]["x"] == [], "no first-down line on a goal-to-go play"
