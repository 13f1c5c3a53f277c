"""Frame features against the same numbers worked out by hand, and against time and mirrors."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pursuit_passes import SCRIMMAGE_X, THROW_ROW, mirrored, pursuit_passes

from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.field import FIELD_WIDTH_YD, FRAME_S, GOAL_LINE_X_YD, MIDDLE_Y_YD, direction_of
from ghost_pipeline.domain.scene import BALL, Scenes
from ghost_pipeline.features.definitions import (
    CONTEXT,
    FRAME_FEATURES,
    INDEX,
    LANDING,
    MIRROR,
    NAMES,
    PAST,
    RELEASE,
    TARGET,
)
from ghost_pipeline.features.frames import frame_features, frame_rows

PLAY, FRAME, PLAYER = 1, THROW_ROW + 4, 13  # a safety, four frames after the throw of the second play


@pytest.fixture(scope="module")
def scenes() -> Scenes:
    return pursuit_passes(4)


def value(values: np.ndarray, name: str) -> float:
    return float(values[INDEX[name]])


def test_features_worked_out_by_hand(scenes: Scenes):
    block = frame_features(scenes, actual_aim(scenes))
    row = scenes.start[PLAY] + FRAME
    at = np.flatnonzero(block.frame_row == row)[0]
    assert block.aim_row[at] == PLAY
    out = block.values[at, PLAYER]
    xy, v = scenes.xy[row], scenes.velocity[row]
    here, target = xy[PLAYER], xy[scenes.target[PLAY]]
    landing = scenes.xy[scenes.arrival[PLAY], BALL]
    left_s = (scenes.arrival[PLAY] - row) * FRAME_S
    to_target, to_landing = target - here, landing - here
    closing = to_target @ (v[PLAYER] - v[scenes.target[PLAY]]) / np.linalg.norm(to_target)
    change = (v[PLAYER] - scenes.velocity[row - 1, PLAYER]) / FRAME_S
    slow_change = (v[PLAYER] - scenes.velocity[row - 3, PLAYER]) / (3 * FRAME_S)
    opponent = np.linalg.norm(xy[:11] - here, axis=1).argmin()
    mates = np.linalg.norm(xy[11:22] - here, axis=1)
    lane, from_passer = landing - xy[0], here - xy[0]
    by_hand = {
        "from_scrimmage_yd": here[0] - SCRIMMAGE_X,
        "from_middle_yd": here[1] - MIDDLE_Y_YD,
        "to_goal_line_yd": GOAL_LINE_X_YD - here[0],
        "speed_yd_s": np.linalg.norm(v[PLAYER]),
        "acceleration_x_yd_s2": change[0],
        "acceleration_y_yd_s2": change[1],
        "acceleration_3_y_yd_s2": slow_change[1],
        "moved_5_x_yd": here[0] - scenes.xy[row - 5, PLAYER, 0],
        "facing_x_unit": np.sin(np.radians(scenes.facing_deg[row, PLAYER])),
        "target_x_yd": to_target[0],
        "target_distance_yd": np.linalg.norm(to_target),
        "target_closing_yd_s": closing,
        "landing_y_yd": to_landing[1],
        "needed_velocity_x_yd_s": to_landing[0] / left_s,
        "target_landing_distance_yd": np.linalg.norm(target - landing),
        "ball_distance_yd": np.linalg.norm(xy[BALL] - here),
        "lane_distance_yd": abs(lane[0] * from_passer[1] - lane[1] * from_passer[0]) / np.linalg.norm(lane),
        "lane_progress": lane @ from_passer / (lane @ lane),
        "opponent_x_yd": xy[opponent, 0] - here[0],
        "opponent_velocity_y_yd_s": v[opponent, 1],
        "teammate_distance_yd": np.sort(mates)[1],
        "time_since_throw_s": (FRAME - THROW_ROW) * FRAME_S,
        "time_to_land_s": left_s,
        "is_target": 0,
        "is_defense": 1,
        "is_defensive_back": 1,
    }
    assert {name: value(out, name) for name in by_hand} == pytest.approx(by_hand, rel=1e-3, abs=1e-3)


def test_relations_worked_out_by_hand(scenes: Scenes):
    """Offset, distance, bearing and closing speed to everybody and everything a player may be related to."""
    aim = actual_aim(scenes)
    row = scenes.start[PLAY] + FRAME
    block = frame_features(scenes, aim)
    out = block.values[np.flatnonzero(block.frame_row == row)[0], PLAYER]
    xy, v = scenes.xy[row].astype(float), scenes.velocity[row].astype(float)
    distance = np.linalg.norm(xy[:22] - xy[PLAYER], axis=1)
    opponents, mates = np.argsort(distance[:11]), 11 + np.argsort(distance[11:22])
    others = {
        "target": (xy[scenes.target[PLAY]], v[scenes.target[PLAY]]),
        "ball": (xy[BALL], v[BALL]),
        "passer": (xy[0], v[0]),
        "teammate": (xy[mates[1]], v[mates[1]]),  # the nearest of the side is the player himself
        "opponent": (xy[opponents[0]], v[opponents[0]]),
        "opponent_2": (xy[opponents[1]], v[opponents[1]]),
        "landing": (aim.landing_xy[PLAY].astype(float), np.zeros(2)),
    }
    for name, (there, its_velocity) in others.items():
        offset = there - xy[PLAYER]
        length = np.linalg.norm(offset)
        bearing = direction_of(*offset)
        by_hand = {
            f"{name}_x_yd": offset[0],
            f"{name}_y_yd": offset[1],
            f"{name}_distance_yd": length,
            f"{name}_bearing_x_unit": np.sin(np.radians(bearing)),
            f"{name}_bearing_y_unit": np.cos(np.radians(bearing)),
            f"{name}_closing_yd_s": -(offset @ (its_velocity - v[PLAYER])) / length,
        }
        assert {key: value(out, key) for key in by_hand} == pytest.approx(by_hand, rel=1e-3, abs=1e-3), name


def angle_deg(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.degrees(np.arccos(one @ other / np.linalg.norm(one) / np.linalg.norm(other))))


def test_lags_and_angles_worked_out_by_hand(scenes: Scenes):
    aim = actual_aim(scenes)
    row = scenes.start[PLAY] + FRAME
    block = frame_features(scenes, aim)
    out = block.values[np.flatnonzero(block.frame_row == row)[0], PLAYER]
    xy, v = scenes.xy[row].astype(float), scenes.velocity[row, PLAYER].astype(float)
    target, landing = scenes.target[PLAY], aim.landing_xy[PLAY]
    by_hand = {
        "target_leverage_yd": abs(xy[target, 1] - MIDDLE_Y_YD) - abs(xy[PLAYER, 1] - MIDDLE_Y_YD),
        "target_pursuit_angle_deg": angle_deg(v, xy[target] - xy[PLAYER]),
        "landing_pursuit_angle_deg": angle_deg(v, landing - xy[PLAYER]),
        "lane_angle_deg": angle_deg(landing - xy[0], xy[PLAYER] - xy[0]),
        "separation_yd": np.linalg.norm(xy[11:22] - xy[target], axis=1).min(),
        "landing_from_scrimmage_yd": landing[0] - SCRIMMAGE_X,
        "landing_from_middle_yd": landing[1] - MIDDLE_Y_YD,
        "to_sideline_yd": min(xy[PLAYER, 1], FIELD_WIDTH_YD - xy[PLAYER, 1]),
        "time_since_snap_s": FRAME * FRAME_S,
    }
    for lag in (3, 5):
        old, old_v = scenes.xy[row - lag].astype(float), scenes.velocity[row - lag, PLAYER].astype(float)
        turned = np.degrees(np.arctan2(v[1], v[0]) - np.arctan2(old_v[1], old_v[0]))
        now, before = (np.linalg.norm(place[target] - place[PLAYER]) for place in (xy, old))
        by_hand |= {
            f"moved_{lag}_x_yd": xy[PLAYER, 0] - old[PLAYER, 0],
            f"acceleration_{lag}_y_yd_s2": (v[1] - old_v[1]) / (lag * FRAME_S),
            f"speed_gain_{lag}_yd_s": np.linalg.norm(v) - np.linalg.norm(old_v),
            f"turned_{lag}_deg": (turned + 180) % 360 - 180,
            f"target_distance_change_{lag}_yd": now - before,
        }
    along = scenes.velocity[row, PLAYER] - scenes.velocity[row - 3, PLAYER]
    by_hand["speed_change_yd_s2"] = along @ v / np.linalg.norm(v) / (3 * FRAME_S)
    by_hand["turn_yd_s2"] = (v[0] * along[1] - v[1] * along[0]) / np.linalg.norm(v) / (3 * FRAME_S)
    assert {key: value(out, key) for key in by_hand} == pytest.approx(by_hand, rel=2e-3, abs=2e-3)


def posed(scenes: Scenes, places: dict[int, tuple[float, float]], drift: dict[int, tuple[float, float]]) -> Scenes:
    """The first play with some players at chosen places in its first frame, moving straight on by `drift` a frame."""
    xy = scenes.xy.copy()
    frames = np.arange(scenes.start[1], dtype=np.float32)[:, None]
    for slot, place in places.items():
        xy[: scenes.start[1], slot] = np.array(place) + frames * np.array(drift.get(slot, (0, 0)))
    return replace(scenes, xy=xy)


def test_what_the_team_shows_at_the_snap(scenes: Scenes):
    """Five in the box, two deep between the numbers, one deep outside them; the others are neither."""
    box = {slot: (SCRIMMAGE_X + 1 + slot % 3, MIDDLE_Y_YD - 5 + slot % 5) for slot in range(11, 16)}
    deep = {16: (SCRIMMAGE_X + 12, 20.0), 17: (SCRIMMAGE_X + 14, 33.0)}
    wide = dict.fromkeys((18,), (SCRIMMAGE_X + 15, 3.0))
    rest = {slot: (SCRIMMAGE_X + 6, 8.0 + slot - 19) for slot in (19, 20, 21)}
    offense = dict.fromkeys(range(11), (SCRIMMAGE_X - 1, MIDDLE_Y_YD)) | {1: (SCRIMMAGE_X - 1, 10.0)}
    one = posed(scenes, {**box, **deep, **wide, **rest, **offense, BALL: (SCRIMMAGE_X, MIDDLE_Y_YD)}, {})
    first = frame_features(one, actual_aim(one).take(np.array([0]))).values[0]
    assert set(first[:, INDEX["box_defenders"]]) == {5.0}
    assert set(first[:, INDEX["deep_safeties"]]) == {2.0}
    assert value(first[20], "cushion_yd") == pytest.approx(7.0)  # slot 20 stands across from receiver 1
    assert value(first[1], "cushion_yd") == pytest.approx(7.0)


@pytest.mark.parametrize(("shadow", "expected"), [(1.0, 1.0), (-1.0, -1.0), (0.0, 0.0)])
def test_man_coverage_shows_in_who_follows_whom(scenes: Scenes, shadow: float, expected: float):
    """Backs who copy the nearest receiver's run, who run against it, and who stand still."""
    receivers = {slot: (40.0, 10.0 + 8 * slot) for slot in range(1, 6)}
    backs = {10 + slot: (42.0, 10.0 + 8 * slot) for slot in range(1, 6)}
    elsewhere = dict.fromkeys((*range(6, 11), *range(16, 22)), (20.0, 2.0))
    run = dict.fromkeys(receivers, (0.3, 0.2))
    copied = dict.fromkeys(backs, (0.3 * shadow, 0.2 * shadow))
    one = posed(scenes, {**receivers, **backs, **elsewhere}, {**run, **copied})
    values = frame_features(one, actual_aim(one).take(np.array([0]))).values
    assert set(values[:5, :, INDEX["man_indicator"]].ravel()) == {0.0}
    assert values[8, :, INDEX["man_indicator"]] == pytest.approx(np.full(22, expected), abs=1e-3)
    assert value(values[8, 11], "shadowing") == pytest.approx(expected, abs=1e-3)


def test_flags_name_the_right_players(scenes: Scenes):
    values = frame_features(scenes, actual_aim(scenes), 0, 0).values
    for play, row in enumerate(values):
        assert np.flatnonzero(row[:, INDEX["is_target"]]).tolist() == [scenes.target[play]]
        assert np.flatnonzero(row[:, INDEX["is_passer"]]).tolist() == [0]
        assert np.flatnonzero(row[:, INDEX["is_defensive_back"]]).tolist() == [11, 12, 13, 14, 15]


def test_frames_are_cut_to_the_play(scenes: Scenes):
    block = frame_features(scenes, actual_aim(scenes), before_throw=500, after_throw=500)
    assert len(block.frame_row) == scenes.start[-1]
    near = frame_features(scenes, actual_aim(scenes), before_throw=2, after_throw=1)
    assert np.diff(near.start).tolist() == [4] * 4


def test_mirrored_scene_gives_features_with_mirrored_signs(scenes: Scenes):
    plain = frame_features(scenes, actual_aim(scenes)).values
    other = mirrored(scenes)
    flipped = frame_features(other, actual_aim(other)).values
    for name, sign in zip(NAMES, MIRROR, strict=True):
        np.testing.assert_allclose(
            flipped[..., INDEX[name]], sign * plain[..., INDEX[name]], atol=2e-3, rtol=1e-3, err_msg=name
        )


@settings(max_examples=12, deadline=None)
@given(dx=st.floats(-20, 20), dy=st.floats(-3, 3), seed=st.integers(0, 50))
def test_where_on_the_field_a_play_happens_matters_to_place_features_only(dx: float, dy: float, seed: int):
    """Shifting everybody, the ball and the line of scrimmage changes what is said of the field, and nothing else."""
    scenes = pursuit_passes(2, seed)
    shift = np.array([dx, dy], np.float32)
    moved = replace(scenes, xy=scenes.xy + shift, scrimmage_x=scenes.scrimmage_x + np.float32(dx))
    plain, shifted = (frame_features(play, actual_aim(play)).values for play in (scenes, moved))
    of_the_field = {
        "from_middle_yd": dy,
        "to_goal_line_yd": -dx,
        "landing_from_middle_yd": dy,
        "scrimmage_to_goal_yd": -dx,
    }
    untold = {"to_sideline_yd", "target_leverage_yd", "deep_safeties"}  # depend on where the sidelines are
    for name in set(NAMES) - untold:
        expected = plain[..., INDEX[name]] + of_the_field.get(name, 0.0)
        np.testing.assert_allclose(shifted[..., INDEX[name]], expected, atol=0.05, rtol=1e-3, err_msg=name)


def test_features_need_what_they_say_and_no_more(scenes: Scenes):
    """Each kind of need is taken away in turn; only the features that name it may change."""
    aim = actual_aim(scenes)
    random = np.random.default_rng(3)
    frame = scenes.frame_id
    earlier = (frame < FRAME).astype(np.float32)[:, None, None]
    noise = random.normal(0, 4, scenes.xy.shape).astype(np.float32) * earlier
    facing = scenes.facing_deg + 90 * earlier[..., 0]
    past = replace(scenes, xy=scenes.xy + noise, velocity=scenes.velocity + noise, facing_deg=facing)
    context = replace(
        scenes,
        scrimmage_x=scenes.scrimmage_x + 5,
        down=scenes.down + 1,
        yards_to_go=scenes.yards_to_go + 3,
        position=np.where(scenes.position == "CB", "DE", scenes.position),
    )
    taken = {
        PAST: (past, aim),
        TARGET: (scenes, replace(aim, target=aim.target % 5 + 1)),
        LANDING: (scenes, replace(aim, landing_xy=aim.landing_xy + 3, flight_frames=aim.flight_frames + 2)),
        RELEASE: (replace(scenes, throw=scenes.throw + 1), replace(aim, flight_frames=aim.flight_frames - 1)),
        CONTEXT: (context, aim),
    }
    at = frame_features(scenes, aim).frame_row
    rows = scenes.frame_id[at] == FRAME
    plain = frame_features(scenes, aim).values[rows]
    for need, (changed, other) in taken.items():
        values = frame_features(changed, other).values[rows]
        differ = {n for n in NAMES if not np.array_equal(plain[..., INDEX[n]], values[..., INDEX[n]], equal_nan=True)}
        allowed = {feature.name for feature in FRAME_FEATURES if need in feature.needs}
        assert differ <= allowed, need
        assert differ, need


def test_the_long_table_holds_the_same_numbers_in_any_number_of_parts(scenes: Scenes):
    xy = scenes.xy.copy()
    xy[5:9, 12] = np.nan
    holed, aim = replace(scenes, xy=xy), actual_aim(scenes)
    block = frame_features(holed, aim)
    for at_once in (1, 700, 10**6):
        parts = list(frame_rows(holed, aim, at_once))
        play, frame, player = (np.concatenate([getattr(p, n) for p in parts]) for n in ("play", "frame_row", "nfl_id"))
        values = np.concatenate([part.columns for part in parts], axis=1)
        assert len(frame) == len(block.frame_row) * 22 - 4
        assert (np.lexsort((player, frame)) == np.arange(len(frame))).all()
        slot = (holed.nfl_id[play, :22] == player[:, None]).argmax(axis=1)
        where = np.searchsorted(block.frame_row, frame)
        np.testing.assert_array_equal(values.T, block.values[where, slot])


def test_every_feature_is_known_after_five_frames(scenes: Scenes):
    values = frame_features(scenes, actual_aim(scenes), before_throw=2).values
    unknown = [feature.name for feature in FRAME_FEATURES if np.isnan(values[..., INDEX[feature.name]]).any()]
    assert unknown == []


def test_features_of_a_frame_ignore_the_frames_after_it(scenes: Scenes):
    aim = actual_aim(scenes)
    before = frame_features(scenes, aim)
    late = np.arange(len(scenes.xy)) > scenes.start[PLAY] + FRAME
    noise = np.random.default_rng(0).normal(0, 5, scenes.xy.shape).astype(np.float32) * late[:, None, None]
    after = frame_features(replace(scenes, xy=scenes.xy + noise, velocity=scenes.velocity + noise), aim)
    seen = before.frame_row <= scenes.start[PLAY] + FRAME
    np.testing.assert_array_equal(before.values[seen], after.values[seen])
    assert not np.array_equal(before.values[~seen], after.values[~seen], equal_nan=True)


def test_an_empty_slot_has_no_features_and_is_nobodys_neighbour(scenes: Scenes):
    xy = scenes.xy.copy()
    xy[:, 12] = np.nan
    values = frame_features(replace(scenes, xy=xy), actual_aim(scenes)).values
    assert np.isnan(values[:, 12]).all()
    others = np.delete(np.arange(22), 12)
    assert not np.isnan(values[:, others][..., INDEX["teammate_distance_yd"]]).any()
