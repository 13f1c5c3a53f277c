"""The cardinal rules and the known anomalies, each declared once.

Checks, quarantine reasons, reports and the expert's form use these ids. A rule bounds one fact that is measured per
play (`PLAY_FACTS`). Scope says which frames the fact looks at: `air_window` is [pass_forward, arrival],
`snap_to_arrival` begins at the snap, `snap` is its one frame, `play` is every frame, `game` compares the plays of a
game. Applied to whole plays the in-field rule would discard most real plays, since people stand on the sideline before
the snap and are pushed out after the catch (method).
"""

from dataclasses import dataclass

from ghost_pipeline.domain.field import MAX_SPEED_YD_S, MAX_STEP_YD, PLAYERS_PER_SIDE
from ghost_pipeline.domain.schema import PLAY_KEY, SEASON_WEEK, Column, Table

SPAN_FRAMES = 3
"""Accelerations compare the mean velocity of the last three frames with that of the three before."""
MAX_ACCELERATION_YD_S2 = 12.0
"""11.0 m/s2 along or across the motion, over 0.3 s. See the sources of the two rules it bounds."""
MAX_SPEED_GAP_YD_S = 3.5
MAX_DIRECTION_GAP_DEG = 90.0
DIRECTION_FROM_YD_S = 3.0
"""Slower players turn on the spot: their direction of motion says nothing."""
MAX_TIME_ERROR_S = 0.02
MAX_JUMP_YD = 0.5
STOP_YD = 0.35
"""The last step before, or the first after, a standstill of a tag that froze: 3.5 yd/s to nothing in one frame."""
STANDSTILL_FRAMES = 4
REACH_YD = 1.25
"""The ball is in the passer's hands while it is this near to him."""
THROWN_YD_S = 12.0
"""A faster ball has left his hand; tells the release where the ball was never in reach."""
MAX_BALL_LAG_FRAMES = 4
MAX_BALL_OFF_LINE_YD = 5.0

GLITCH_YD = MAX_JUMP_YD
"""A single sample this far off the way between its neighbours is mended."""
MAX_GAP_FRAMES = 3
"""The longest gap that is mended: a straight line over it is as accurate as the tags (docs/quality.md)."""
MAX_MENDS = 3
"""Of one track in one play: what needs more is no glitch."""

METHOD = "Cheong, Zeng, Tyagi 2021 (method)"
LAYOUT = "layout of the league's tracking"


@dataclass(frozen=True)
class Rule:
    """`fact` must lie in [low, high]; a play whose fact lies outside is quarantined when severity is error."""

    id: str
    severity: str
    scope: str
    fact: str
    unit: str
    sentence: str
    source: str
    low: float | None = None
    high: float | None = None

    @property
    def expected(self) -> str:
        """The bound in words, as '<= 12.5 yd/s'."""
        unit = f" {self.unit}" if self.unit else ""
        if self.low is not None and self.low == self.high:
            return f"= {self.low:g}{unit}"
        parts = [
            f">= {self.low:g}{unit}" if self.low is not None else "",
            f"<= {self.high:g}{unit}" if self.high is not None else "",
        ]
        return " and ".join(part for part in parts if part)

    def is_broken_by(self, value: float) -> bool:
        """Whether a measured fact breaks the rule; NaN (nothing to measure) does not."""
        return (self.low is not None and value < self.low) or (self.high is not None and value > self.high)


def _at_most(id: str, severity: str, scope: str, fact: str, unit: str, high: float, sentence: str, source: str) -> Rule:
    return Rule(id, severity, scope, fact, unit, sentence, source, high=high)


def _none(id: str, severity: str, scope: str, fact: str, unit: str, sentence: str, source: str) -> Rule:
    return Rule(id, severity, scope, fact, unit, sentence, source, high=0)


def _eleven(id: str, fact: str, sentence: str) -> Rule:
    source = "rules of the game; of sources that leave players out only what they track (domain.tracked_part)"
    return Rule(id, "error", "air_window", fact, "players", sentence, source, PLAYERS_PER_SIDE, PLAYERS_PER_SIDE)


# fmt: off
CARDINAL_RULES = (
    _at_most(
        "speed_limit", "error", "air_window", "max_speed_yd_s", "yd/s", MAX_SPEED_YD_S,
        "Nobody is faster than 12.5 yd/s while the ball is in the air.",
        f"{METHOD}: 12.47 yd/s; measured top speeds are about 11",
    ),
    _at_most(
        "step_limit", "error", "air_window", "max_step_yd", "yd", MAX_STEP_YD,
        "Nobody moves more than 1.247 yd between two frames while the ball is in the air.",
        f"{METHOD}: 12.47 yd/s for 0.1 s",
    ),
    _none(
        "on_field", "error", "air_window", "off_field_samples", "samples",
        "Nobody leaves the field while the ball is in the air.", METHOD,
    ),
    _at_most(
        "acceleration_limit", "error", "air_window", "max_acceleration_yd_s2", "yd/s2", MAX_ACCELERATION_YD_S2,
        "Nobody changes his speed by more than 12 yd/s in a second, measured over 0.3 s, while the ball is in the air.",
        "sprinters leave the start at 6.4 ± 0.6 m/s2 (di Prampero et al. 2005, J Exp Biol 208:2809); braking is "
        "harder, its early forces up to 2.7 times those of a first step (Harper et al. 2022, Sports Med 52:2321)",
    ),
    _at_most(
        "turn_limit", "error", "air_window", "max_turn_yd_s2", "yd/s2", MAX_ACCELERATION_YD_S2,
        "Nobody is turned aside by more than 12 yd/s2, measured over 0.3 s, while the ball is in the air.",
        "the legs' force that carries a runner also bends his path (Greene 1985, J Biomech Eng 107:96; Chang & Kram "
        "2007, J Exp Biol 210:971); 12 yd/s2 is 1.12 times his weight, held sideways for 0.3 s",
    ),
    _at_most(
        "speed_agrees", "error", "air_window", "max_speed_gap_yd_s", "yd/s", MAX_SPEED_GAP_YD_S,
        "The source's speed is within 3.5 yd/s of what the positions say.",
        "highlight plays: 2.5 in 99.99 % of the samples; beyond 3.5 every case seen was a fault",
    ),
    _at_most(
        "direction_agrees", "error", "air_window", "max_direction_gap_deg", "deg", MAX_DIRECTION_GAP_DEG,
        "Faster than 3 yd/s, the source's direction of motion is within a quarter turn of what the positions say.",
        "highlight plays: 33 degrees in 99.99 % of the samples; other angle conventions are off by 90 or 180",
    ),
    _eleven("eleven_offense", "offense_players", "The offence has all its players on the field."),
    _eleven("eleven_defense", "defense_players", "The defence has all its players on the field."),
    _none(
        "one_ball", "error", "air_window", "frames_without_one_ball", "frames",
        "Every frame of the flight has exactly one ball.", "rules of the game",
    ),
    _none(
        "complete_frames", "error", "air_window", "missing_samples", "samples",
        "Every player has a sample in every frame of the flight, and no frame number is skipped.", LAYOUT,
    ),
    _none(
        "frame_sequence", "warning", "play", "skipped_frames", "frames",
        "No frame number of the play is skipped.", LAYOUT,
    ),
    _at_most(
        "frame_times", "error", "air_window", "max_time_error_s", "s", MAX_TIME_ERROR_S,
        "The frames of the flight are 0.1 s apart, and all samples of a frame have one time.",
        f"{LAYOUT}: 10 frames a second",
    ),
    _none(
        "known_players", "error", "play", "unknown_player_samples", "samples",
        "Every tracked player is a participant of the play.", LAYOUT,
    ),
    _none(
        "unique_samples", "error", "play", "duplicate_samples", "samples",
        "A player has one sample per frame.", f"{LAYOUT}; exact copies are dropped by the reader and reported",
    ),
    Rule(
        "faces_defense", "error", "snap", "line_up_gap_yd", "yd",
        "At the snap the defence stands on the side that the offence attacks.",
        "rules of the game: a line of scrimmage keeps the sides apart; highlight plays: the sides' middles are 2.9 yd "
        "apart or more",
        low=0,
    ),
    _none(
        "event_order", "error", "play", "events_out_of_order", "events",
        "Snap, throw, arrival and whistle come in this order, and a kick before it is received.", "rules of the game",
    ),
    _none(
        "eligible_target", "error", "play", "target_not_eligible", "targets",
        "The targeted receiver is an offensive player on the field and not the passer.", "rules of the game",
    ),
    _none(
        "lineman_target", "warning", "play", "target_is_lineman", "targets",
        "The targeted receiver is no lineman, unless he has reported as eligible.", "rules of the game",
    ),
    _none(
        "game_order", "warning", "game", "out_of_game_order", "plays",
        "From kickoff to final whistle, plays with higher numbers come later by game clock and by time.", LAYOUT,
    ),
)

ANOMALIES = (
    _at_most(
        "sensor_jump", "warning", "snap_to_arrival", "max_jump_yd", "yd", MAX_JUMP_YD,
        "No track leaps 0.5 yd off its own motion in one frame.",
        "a body would need 50 yd/s2; highlight plays: 0.2 yd in 99.99 % of the samples",
    ),
    _none(
        "frozen_tag", "warning", "snap_to_arrival", "frozen_samples", "samples",
        "No running player's position stops dead for 0.4 s or more.",
        "from 3.5 yd/s to nothing within a frame takes 35 yd/s2",
    ),
    _none(
        "swapped_ids", "warning", "snap_to_arrival", "swapped_players", "players",
        "No two tracks go on in each other's place.", "optimal assignment of predicted to seen positions",
    ),
    Rule(
        "ball_on_line", "warning", "snap", "ball_off_line_yd", "yd",
        "At the snap the ball lies within 5 yd of the line of scrimmage.",
        "highlight plays: 3.5 in all but one of 381, which tracks a ball off the field; else unit or line differ",
        -MAX_BALL_OFF_LINE_YD, MAX_BALL_OFF_LINE_YD,
    ),
    Rule(
        "ball_in_step", "warning", "play", "ball_lag_frames", "frames",
        "The ball leaves the passer's reach within 0.4 s of the throw.",
        "highlight plays: within 0.3 s in 97 % of the passes; beyond, clocks or events differ",
        -MAX_BALL_LAG_FRAMES, MAX_BALL_LAG_FRAMES,
    ),
)
# fmt: on
"""What no single rule forbids and yet points at the sensors: told as a warning, never quarantined alone."""

RULES = (*CARDINAL_RULES, *ANOMALIES)
RULE_BY_ID = {rule.id: rule for rule in RULES}

PLAY_FACTS = Table(
    "play_facts",
    "clean",
    "one row per play",
    ("game_id", "play_id"),
    (
        SEASON_WEEK,
        *PLAY_KEY,
        *(
            Column(rule.fact, "DOUBLE", f"Measured for rule {rule.id}: {rule.sentence}", rule.unit, nullable=True)
            for rule in RULES
        ),
        *(
            Column(f"{rule.fact}_at", "VARCHAR", f"Where {rule.fact} was measured: frame, player.", nullable=True)
            for rule in RULES
        ),
    ),
)
