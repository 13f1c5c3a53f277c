"""Every candidate feature, declared once: name, unit, formula, source, what it needs and how it behaves when mirrored.

A feature is a number per player and frame, given who is targeted and where and when the ball comes down. All of them
can be worked out from positions alone, looking only backward in time. The kernel, the Parquet columns, the ranking, the
dictionary page and docs/features.md follow this list.
"""

from dataclasses import dataclass

from ghost_pipeline.domain.schema import FRAME_ID, PLAY_KEY, SEASON_WEEK, Column, Table

METHOD, PEERS, OWN = "paper", "public models", "own"

FRAME, PAST, TARGET, RELEASE, LANDING, CONTEXT = "frame", "past", "target", "release", "landing", "context"
NEEDS = {
    FRAME: "positions, velocities and facings of this frame",
    PAST: "earlier frames of the play",
    TARGET: "who is targeted",
    RELEASE: "when the ball is thrown",
    LANDING: "where and when the ball comes down, known at release",
    CONTEXT: "what is known of the play before the snap",
}
"""What a feature may need. None of it lies after the frame, except target, release and landing: known at release."""

BOX_DEPTH_YD, BOX_HALF_WIDTH_YD = 8.0, 6.0
DEEP_YD, NUMBERS_YD = 10.0, 12.0
"""A safety is deep beyond DEEP_YD of the line, when he stands over NUMBERS_YD inside both sidelines."""
STILL_YD_S = 0.5
"""Slower than this a player has no direction of motion."""
MOVED_YD = 1.0
"""Shorter displacements over five frames say nothing of who follows whom."""


@dataclass(frozen=True)
class FrameFeature:
    """`mirror` is -1 for numbers that change sign when left and right are swapped, else 1.

    `grain` says what a value belongs to: a player in a frame, the frame, or the play. The two parts of a vector share
    its name as `group`: half a vector means nothing, so they are ranked together.
    """

    name: str
    unit: str
    formula: str
    source: str = OWN
    needs: tuple[str, ...] = (FRAME,)
    mirror: int = 1
    vector: str = ""
    grain: str = "player"

    @property
    def group(self) -> str:
        return self.vector or self.name


def _pair(
    stem: str, unit: str, formula: str, source: str = OWN, needs: tuple[str, ...] = (FRAME,), grain: str = "player"
) -> tuple[FrameFeature, FrameFeature]:
    """The along-the-field and the across-the-field part of a vector, as `<stem>_x_<unit>` and `<stem>_y_<unit>`."""
    suffix = unit.replace("/", "_")
    x = FrameFeature(f"{stem}_x_{suffix}", unit, f"along the field: {formula}", source, needs, 1, stem, grain)
    y = FrameFeature(f"{stem}_y_{suffix}", unit, f"across the field: {formula}", source, needs, -1, stem, grain)
    return x, y


RELATION_COLUMNS = 6


def _relation(
    stem: str, whom: str, source: str = METHOD, needs: tuple[str, ...] = (FRAME,)
) -> tuple[FrameFeature, ...]:
    """Offset, distance, bearing and closing speed to somebody or something, in this order: the kernel counts on it."""
    bearing = f"unit vector toward {whom}: sine and cosine of its bearing, 0 = +y, clockwise"
    return (
        *_pair(stem, "yd", f"offset to {whom}", source, needs),
        FrameFeature(f"{stem}_distance_yd", "yd", f"distance to {whom}", source, needs),
        *_pair(f"{stem}_bearing", "unit", bearing, source, needs),
        FrameFeature(f"{stem}_closing_yd_s", "yd/s", f"how fast the distance to {whom} shrinks", source, needs),
    )


_LAG, _TO_TARGET, _TO_LANDING = (FRAME, PAST), (FRAME, TARGET), (FRAME, LANDING)

FRAME_FEATURES: tuple[FrameFeature, ...] = (
    FrameFeature("from_scrimmage_yd", "yd", "depth: x minus x of the line of scrimmage", METHOD, (FRAME, CONTEXT)),
    FrameFeature("from_middle_yd", "yd", "y minus the middle of the field", METHOD, mirror=-1),
    FrameFeature("to_goal_line_yd", "yd", "goal line minus x", METHOD),
    FrameFeature("to_sideline_yd", "yd", "distance to the nearer sideline"),
    *_pair("velocity", "yd/s", "velocity", METHOD),
    FrameFeature("speed_yd_s", "yd/s", "length of the velocity", METHOD),
    *_pair("acceleration", "yd/s2", "change of velocity since the frame before, per second", METHOD, _LAG),
    *_pair("acceleration_3", "yd/s2", "mean change of velocity over three frames, per second", PEERS, _LAG),
    *_pair("acceleration_5", "yd/s2", "mean change of velocity over five frames, per second", PEERS, _LAG),
    FrameFeature("speed_change_yd_s2", "yd/s2", "acceleration over three frames along the velocity", needs=_LAG),
    FrameFeature("turn_yd_s2", "yd/s2", "that acceleration across the velocity, left positive", OWN, _LAG, -1),
    *_pair("moved_3", "yd", "displacement over the last three frames", METHOD, _LAG),
    *_pair("moved_5", "yd", "displacement over the last five frames", METHOD, _LAG),
    FrameFeature("speed_gain_3_yd_s", "yd/s", "speed minus speed three frames ago", needs=_LAG),
    FrameFeature("speed_gain_5_yd_s", "yd/s", "speed minus speed five frames ago", needs=_LAG),
    FrameFeature(
        "turned_3_deg",
        "deg",
        f"angle from the velocity three frames ago to this one, left positive; 0 below {STILL_YD_S:g} yd/s",
        OWN,
        _LAG,
        -1,
    ),
    FrameFeature(
        "turned_5_deg",
        "deg",
        f"angle from the velocity five frames ago to this one, left positive; 0 below {STILL_YD_S:g} yd/s",
        OWN,
        _LAG,
        -1,
    ),
    *_pair("facing", "unit", "sine and cosine of the facing, where the source has it", PEERS),
    *_relation("target", "the targeted receiver", needs=_TO_TARGET),
    *_pair("target_velocity", "yd/s", "velocity of the targeted receiver", METHOD, _TO_TARGET, "frame"),
    FrameFeature(
        "target_leverage_yd", "yd", "how much nearer to the middle of the field than the target", OWN, _TO_TARGET
    ),
    FrameFeature(
        "target_distance_change_3_yd",
        "yd",
        "distance to the target minus that three frames ago",
        METHOD,
        (FRAME, PAST, TARGET),
    ),
    FrameFeature(
        "target_distance_change_5_yd",
        "yd",
        "distance to the target minus that five frames ago",
        METHOD,
        (FRAME, PAST, TARGET),
    ),
    FrameFeature(
        "target_pursuit_angle_deg",
        "deg",
        f"angle between the velocity and the way to the target; 90 below {STILL_YD_S:g} yd/s",
        OWN,
        _TO_TARGET,
    ),
    FrameFeature("separation_yd", "yd", "targeted receiver to the nearest defender", PEERS, _TO_TARGET, grain="frame"),
    *_relation("landing", "where the ball comes down", PEERS, _TO_LANDING),
    *_pair("needed_velocity", "yd/s", "offset to the landing point over the time left", PEERS, _TO_LANDING),
    FrameFeature(
        "landing_pursuit_angle_deg",
        "deg",
        f"angle between the velocity and the way to the landing point; 90 below {STILL_YD_S:g} yd/s",
        OWN,
        _TO_LANDING,
    ),
    FrameFeature(
        "landing_from_scrimmage_yd",
        "yd",
        "x of the landing point minus x of the line of scrimmage",
        PEERS,
        (LANDING, CONTEXT),
        grain="play",
    ),
    FrameFeature(
        "landing_from_middle_yd",
        "yd",
        "y of the landing point minus the middle of the field",
        PEERS,
        (LANDING,),
        -1,
        grain="play",
    ),
    FrameFeature(
        "target_landing_distance_yd",
        "yd",
        "distance from the target to where the ball comes down",
        OWN,
        (FRAME, TARGET, LANDING),
        grain="frame",
    ),
    FrameFeature("time_to_land_s", "s", "time until the ball comes down", PEERS, _TO_LANDING, grain="frame"),
    *_relation("ball", "the ball"),
    *_relation("passer", "the passer"),
    FrameFeature(
        "lane_distance_yd", "yd", "distance to the line from the passer to the landing point", OWN, _TO_LANDING
    ),
    FrameFeature(
        "lane_progress", "share", "where along that line the player is: 0 passer, 1 landing point", OWN, _TO_LANDING
    ),
    FrameFeature(
        "lane_angle_deg", "deg", "angle at the passer between the landing point and the player", OWN, _TO_LANDING
    ),
    *_relation("teammate", "the nearest teammate"),
    *_relation("opponent", "the nearest opponent"),
    *_pair("opponent_velocity", "yd/s", "velocity of the nearest opponent"),
    FrameFeature(
        "shadowing",
        "cosine",
        "cosine between the displacements over five frames of the player and of his nearest opponent; 0 when either "
        f"moved less than {MOVED_YD:g} yd",
        OWN,
        _LAG,
    ),
    *_relation("opponent_2", "the second nearest opponent"),
    FrameFeature(
        "cushion_yd",
        "yd",
        "at the first frame kept, the snap where known: how much deeper the defender stands than the eligible receiver "
        "nearest to him; for the offence, than the player he is nearest to",
        PEERS,
        (FRAME, PAST, CONTEXT),
    ),
    FrameFeature(
        "box_defenders",
        "number",
        "at the first frame kept: defenders at most "
        f"{BOX_DEPTH_YD:g} yd beyond the line and {BOX_HALF_WIDTH_YD:g} yd to the side of the ball",
        PEERS,
        (FRAME, PAST, CONTEXT),
        grain="play",
    ),
    FrameFeature(
        "deep_safeties",
        "number",
        f"at the first frame kept: defenders over {DEEP_YD:g} yd beyond the line and over {NUMBERS_YD:g} yd inside the "
        "sidelines",
        PEERS,
        (FRAME, PAST, CONTEXT),
        grain="play",
    ),
    FrameFeature(
        "man_indicator",
        "cosine",
        "mean since the snap, over the defensive backs, of the cosine between the displacements over five frames of "
        f"the back and of the eligible receiver nearest to him, where both moved {MOVED_YD:g} yd; near 1 in man "
        "coverage",
        OWN,
        (FRAME, PAST, CONTEXT),
        grain="frame",
    ),
    FrameFeature(
        "time_since_snap_s",
        "s",
        "time since the first frame kept, the snap where known",
        METHOD,
        (FRAME, PAST),
        grain="frame",
    ),
    FrameFeature(
        "time_since_throw_s", "s", "time since the throw; negative before it", METHOD, (FRAME, RELEASE), grain="frame"
    ),
    FrameFeature("is_target", "flag", "1 for the targeted receiver", METHOD, (TARGET,)),
    FrameFeature("is_passer", "flag", "1 for the passer", METHOD, (CONTEXT,)),
    FrameFeature("is_defense", "flag", "1 for the defence", METHOD, (CONTEXT,)),
    FrameFeature("is_defensive_back", "flag", "1 for a defensive back", METHOD, (CONTEXT,)),
    FrameFeature("down", "number", "down of the play", METHOD, (CONTEXT,), grain="play"),
    FrameFeature("yards_to_go_yd", "yd", "yards to a first down", METHOD, (CONTEXT,), grain="play"),
    FrameFeature("scrimmage_to_goal_yd", "yd", "line of scrimmage to the goal line", METHOD, (CONTEXT,), grain="play"),
)

NAMES: tuple[str, ...] = tuple(feature.name for feature in FRAME_FEATURES)
INDEX: dict[str, int] = {name: number for number, name in enumerate(NAMES)}
MIRROR: tuple[int, ...] = tuple(feature.mirror for feature in FRAME_FEATURES)


def _column(feature: FrameFeature) -> Column:
    meaning = f"{feature.formula[0].upper()}{feature.formula[1:]} (source: {feature.source}; needs: "
    return Column(feature.name, "REAL", f"{meaning}{', '.join(feature.needs)}).", feature.unit, nullable=True)


FRAME_FEATURES_TABLE = Table(
    "frame_features",
    "features",
    "one row per pass with a known target, frame from the snap to the arrival, and player",
    ("game_id", "play_id", "frame_id", "nfl_id"),
    (
        SEASON_WEEK,
        *PLAY_KEY,
        FRAME_ID,
        Column("nfl_id", "BIGINT", "The league's player number.", low=1),
        *map(_column, FRAME_FEATURES),
    ),
    continuous=NAMES,
)
