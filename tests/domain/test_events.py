import pytest

from ghost_pipeline.domain.events import ARRIVAL_EVENTS, SNAP_EVENTS, THROW_EVENTS, pass_moments


def moments(events: dict[int, list[str]]) -> tuple[int | None, int | None, int | None]:
    found = pass_moments(events)
    return found.snap, found.throw, found.arrival


def test_the_moments_of_a_plain_pass():
    events = {3: ["ball_snap"], 20: ["pass_forward"], 40: ["pass_arrived"], 41: ["pass_outcome_caught"]}
    assert moments(events) == (3, 20, 40)
    assert pass_moments(events).is_pass


@pytest.mark.parametrize("name", ARRIVAL_EVENTS)
def test_any_arrival_event_ends_the_flight(name):
    assert moments({0: [SNAP_EVENTS[1]], 5: [THROW_EVENTS[1]], 9: ["first_contact", name]}) == (0, 5, 9)


def test_two_events_in_one_frame_are_both_seen():
    assert moments({3: ["man_in_motion", "ball_snap"], 9: ["play_action", "pass_forward"]}) == (3, 9, None)


def test_what_comes_too_early_does_not_count():
    events = {1: ["pass_arrived"], 2: ["pass_forward"], 3: ["ball_snap"], 8: ["pass_forward"], 12: ["pass_tipped"]}
    assert moments(events) == (3, 8, 12)


def test_a_throw_without_a_snap_and_frames_below_zero():
    assert moments({-4: ["pass_forward"], 6: ["pass_arrived"]}) == (None, -4, 6)


def test_a_run_is_no_pass():
    assert moments({3: ["ball_snap"], 8: ["handoff"], 20: ["tackle"]}) == (3, None, None)
    assert moments({}) == (None, None, None)
    assert not pass_moments({3: ["ball_snap"], 9: ["pass_forward"]}).is_pass
