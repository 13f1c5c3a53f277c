"""Faults planted in clean raw plays: each kind with the rule it breaks, what else it breaks, and what becomes of it."""

from dataclasses import dataclass

from ghost_pipeline.sources.simulator import rule_faults, sensor_faults
from ghost_pipeline.sources.simulator.raw_play import Plant

QUARANTINED, WARNED, REPAIRED = "quarantined", "warned", "repaired"
"""What cleaning should do with the play."""
_MOTION = ("speed_agrees", "direction_agrees", "acceleration_limit", "turn_limit", "sensor_jump")


@dataclass(frozen=True)
class FaultKind:
    """`rule_id` (domain.rules) is the rule it breaks, `also` those that it may break besides.

    A repaired fault breaks its rule in the raw files and none after the repair.
    """

    rule_id: str
    plant: Plant
    also: tuple[str, ...] = ()
    fate: str = QUARANTINED


FAULTS: dict[str, FaultKind] = {
    "superhuman_speed": FaultKind("speed_limit", rule_faults.superhuman_speed, ("speed_agrees",)),
    "position_jump": FaultKind("step_limit", rule_faults.position_jump, _MOTION),
    "off_field": FaultKind("on_field", rule_faults.off_field),
    "impossible_burst": FaultKind("acceleration_limit", rule_faults.impossible_burst, (*_MOTION, "step_limit")),
    "impossible_turn": FaultKind("turn_limit", rule_faults.impossible_turn, (*_MOTION, "step_limit")),
    "wrong_speed": FaultKind("speed_agrees", rule_faults.wrong_speed),
    "wrong_direction": FaultKind("direction_agrees", rule_faults.wrong_direction),
    "missing_ball": FaultKind("one_ball", rule_faults.missing_ball),
    "frame_gap": FaultKind("complete_frames", rule_faults.frame_gap, ("one_ball", "frame_sequence")),
    "late_clock": FaultKind("frame_times", rule_faults.late_clock),
    "twelfth_defender": FaultKind("eleven_defense", rule_faults.twelfth_defender),
    "missing_lineman": FaultKind("eleven_offense", rule_faults.missing_lineman),
    "third_team": FaultKind("known_players", rule_faults.third_team, ("eleven_defense",)),
    "contradicting_sample": FaultKind("unique_samples", rule_faults.contradicting_sample),
    "turned_label": FaultKind("faces_defense", rule_faults.turned_label),
    "defender_as_target": FaultKind("eligible_target", rule_faults.defender_as_target),
    "throw_before_snap": FaultKind("event_order", rule_faults.throw_before_snap),
    "whistle_before_throw": FaultKind("event_order", rule_faults.whistle_before_throw),
    "skipped_before_snap": FaultKind("frame_sequence", rule_faults.skipped_before_snap, fate=WARNED),
    "lineman_as_target": FaultKind("lineman_target", rule_faults.lineman_as_target, fate=WARNED),
    "another_day": FaultKind("game_order", rule_faults.another_day, fate=WARNED),
    "small_jump": FaultKind("sensor_jump", sensor_faults.small_jump, (*_MOTION, "step_limit"), WARNED),
    "frozen_tag": FaultKind("frozen_tag", sensor_faults.frozen_tag, _MOTION, WARNED),
    "swapped_ids": FaultKind("swapped_ids", sensor_faults.swapped_ids, (*_MOTION, "step_limit"), WARNED),
    "late_ball": FaultKind("ball_in_step", sensor_faults.late_ball, ("ball_on_line",), WARNED),
    "other_ball": FaultKind("ball_on_line", sensor_faults.other_ball, fate=WARNED),
    "position_glitch": FaultKind("step_limit", sensor_faults.position_glitch, fate=REPAIRED),
    "speed_glitch": FaultKind("speed_limit", sensor_faults.speed_glitch, fate=REPAIRED),
    "short_gap": FaultKind("complete_frames", sensor_faults.short_gap, fate=REPAIRED),
    "short_ball_gap": FaultKind("one_ball", sensor_faults.short_ball_gap, fate=REPAIRED),
}
"""By kind. Warned sensor faults may break error rules besides, which quarantine the play."""
