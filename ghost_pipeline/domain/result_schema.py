"""Tables of what the platform works out: measurements, scores, what-ifs; declared like those in `domain.schema`."""

from ghost_pipeline.domain.schema import DEFENDER_ID, PLAY_KEY, SEASON_WEEK, TARGET_ID, Column, Table

MEASUREMENTS = (
    Column("air_distance_yd", "DOUBLE", "From the passer at the throw to where the ball comes down.", "yd", low=0),
    Column("air_yards_at_landing_yd", "DOUBLE", "From the line of scrimmage to where the ball comes down.", "yd"),
    Column("target_separation_yd", "DOUBLE", "From the target to the nearest defender at the arrival.", "yd", low=0),
    Column("second_separation_yd", "DOUBLE", "From the target to the second nearest defender at the arrival.", "yd"),
    Column("rush_separation_yd", "DOUBLE", "From the passer to the nearest defender at the throw.", "yd", low=0),
    Column("passer_speed_yd_s", "DOUBLE", "Speed of the passer at the throw.", "yd/s", low=0),
    Column("time_to_throw_s", "DOUBLE", "From the snap to the throw.", "s", low=0),
    Column("target_sideline_yd", "DOUBLE", "From the target to the nearer sideline at the arrival.", "yd"),
    Column("target_speed_to_landing_yd_s", "DOUBLE", "Target's speed toward the landing point at the throw.", "yd/s"),
    Column(
        "target_to_landing_yd", "DOUBLE", "From the target to where the ball comes down, at the arrival.", "yd", low=0
    ),
)
"""The ten on-field measurements behind completion probability (method: ten, of which some are named publicly).

The tenth is not the flight time: that is nearly a function of the air distance (r = 0.97 on simulated passes), while
nothing else says whether receiver and ball meet."""

PASS_MEASUREMENTS = Table(
    "pass_measurements",
    "features",
    "one row per pass with a known target, measured on what really happened",
    ("game_id", "play_id"),
    (SEASON_WEEK, *PLAY_KEY, TARGET_ID, *MEASUREMENTS),
)

TRAJECTORY_KINDS = ("actual", "model", "constant_velocity", "distorted")

TRAJECTORY_SCORES = Table(
    "trajectory_scores",
    "what_if",
    "one row per pass, defensive back and kind of trajectory",
    ("game_id", "play_id", "nfl_id", "kind"),
    (
        SEASON_WEEK,
        *PLAY_KEY,
        TARGET_ID,
        DEFENDER_ID,
        Column("kind", "VARCHAR", "Whose path was scored.", values=TRAJECTORY_KINDS),
        Column("is_held_out", "BOOLEAN", "Whether the game was held out from training."),
        Column("frames", "INTEGER", "Steps of the flight.", low=1),
        Column("convergence_yd_step", "DOUBLE", "PS: mean change per step of the distance to the target.", "yd/step"),
        Column("effort_ratio", "DOUBLE", "DR: 1 minus the relative gap to the best-effort distance.", low=0, high=1),
        Column("superhuman_steps", "INTEGER", "SP: steps longer than a human can make.", low=0),
        Column("trajectory_score", "DOUBLE", "TS: PS modulated by DR and SP; lower is better."),
        Column("play_weight", "DOUBLE", "Weight of the defender in the play score.", low=0, high=1),
        Column("depth_yd", "DOUBLE", "From the line of scrimmage to the defender at the throw.", "yd", True),
        Column("ade_yd", "DOUBLE", "Mean distance from the actual path; 0 for the actual one.", "yd", low=0),
        Column("fde_yd", "DOUBLE", "Distance from the actual path in the last frame.", "yd", low=0),
        Column("final_distance_yd", "DOUBLE", "Distance to the target in the last frame.", "yd", low=0),
    ),
)

WHAT_IF_OPTIONS = Table(
    "what_if_options",
    "what_if",
    "one row per pass and eligible receiver, predicted from what was known at the release",
    ("game_id", "play_id", "target_nfl_id"),
    (
        SEASON_WEEK,
        *PLAY_KEY,
        TARGET_ID,
        Column("is_actual_target", "BOOLEAN", "Whether the pass really went to this receiver."),
        Column("is_held_out", "BOOLEAN", "Whether the game was held out from training."),
        Column("landing_x_yd", "DOUBLE", "x where the ball would come down.", "yd"),
        Column("landing_y_yd", "DOUBLE", "y where the ball would come down.", "yd"),
        Column("flight_frames", "INTEGER", "Frames the ball would fly.", low=1),
        *MEASUREMENTS,
        Column("target_separation_low_yd", "DOUBLE", "10 % of the sampled separations are below.", "yd", low=0),
        Column("target_separation_high_yd", "DOUBLE", "10 % of the sampled separations are above.", "yd", low=0),
        Column("nearest_defender_nfl_id", "BIGINT", "Defender nearest to the target at the arrival.", low=1),
        Column("first_defender_nfl_id", "BIGINT", "Defender who could be first where the ball comes down.", low=1),
        Column("first_intercept_s", "DOUBLE", "Time he would need (domain.pursuit).", "s", low=0),
        Column("defenders_in_time", "INTEGER", "Defenders who could be there before the ball.", low=0, high=11),
        Column("play_score", "DOUBLE", "Weighted trajectory score of the defensive backs; null without any.", "", True),
        Column("completion_probability", "DOUBLE", "Chance of a catch, mean over the samples.", low=0, high=1),
        Column("completion_probability_low", "DOUBLE", "10 % of the samples have a lower one.", low=0, high=1),
        Column("completion_probability_high", "DOUBLE", "10 % of the samples have a higher one.", low=0, high=1),
        Column(
            "interception_probability", "DOUBLE", "Chance of an interception, mean over the samples.", low=0, high=1
        ),
        Column("expected_yards_after_catch_yd", "DOUBLE", "Mean yards after the catch, if caught.", "yd"),
        Column("yards_after_catch_low_yd", "DOUBLE", "Quantile 0.15 of the yards after the catch, if caught.", "yd"),
        Column("yards_after_catch_high_yd", "DOUBLE", "Quantile 0.85 of the yards after the catch, if caught.", "yd"),
        Column("expected_yards_yd", "DOUBLE", "Completion probability times air yards and yards after catch.", "yd"),
        Column("first_down_probability", "DOUBLE", "Chance of a catch that makes the line to gain.", "", True, 0, 1),
        Column("touchdown_probability", "DOUBLE", "Chance of a catch that reaches the end zone.", low=0, high=1),
        Column("expected_points", "DOUBLE", "Points the pass leads to (domain.expected_points).", "points", True),
        Column("decision_value_points", "DOUBLE", "Expected points minus those of the best other one.", "points", True),
        Column("decision_value_yd", "DOUBLE", "Expected yards minus those of the best other receiver.", "yd", True),
        Column("option_rank", "INTEGER", "1 is the receiver with the most expected yards.", low=1),
        Column(
            "outcome_model_origin", "VARCHAR", "What the outcome models learned from.", values=("simulated", "real")
        ),
    ),
)

WHAT_IF_DEFENDERS = Table(
    "what_if_defenders",
    "what_if",
    "one row per pass, eligible receiver and defender: his predicted path judged",
    ("game_id", "play_id", "target_nfl_id", "nfl_id"),
    (
        SEASON_WEEK,
        *PLAY_KEY,
        TARGET_ID,
        DEFENDER_ID,
        Column("is_defensive_back", "BOOLEAN", "Whether he counts in the play score."),
        Column("convergence_yd_step", "DOUBLE", "PS with equal weights.", "yd/step"),
        Column("late_convergence_yd_step", "DOUBLE", "PS with late weights.", "yd/step"),
        Column("effort_ratio", "DOUBLE", "DR: 1 minus the relative gap to the best-effort distance.", low=0, high=1),
        Column("superhuman_steps", "INTEGER", "SP: steps longer than a human can make.", low=0),
        Column("off_field_steps", "INTEGER", "Steps that end outside the field.", low=0),
        Column("trajectory_score", "DOUBLE", "TS: PS modulated by DR and SP; lower is better."),
        Column("play_weight", "DOUBLE", "Weight of the defender in the play score.", low=0, high=1),
        Column("final_distance_yd", "DOUBLE", "Distance to the target in the last frame.", "yd", low=0),
        Column("time_to_intercept_s", "DOUBLE", "Time he needs to where the ball comes down.", "s", low=0),
        Column("is_in_time", "BOOLEAN", "Whether that is at most the time of flight."),
        Column("rules_broken", "VARCHAR", "Ids of the path rules (domain.path_rules) he breaks; empty for none."),
        Column(
            "questionable_probability",
            "DOUBLE",
            "Chance that an expert finds the path questionable; null until enough have rated.",
            "",
            True,
            0,
            1,
        ),
    ),
)

PASS_OUTCOMES = Table(
    "pass_outcomes",
    "what_if",
    "one row per thrown pass with a known target: its chances by models that have not seen its game",
    ("game_id", "play_id"),
    (
        SEASON_WEEK,
        *PLAY_KEY,
        TARGET_ID,
        Column("completion_at_throw", "DOUBLE", "Chance of a catch, as seen at the throw.", low=0, high=1),
        Column("interception_at_throw", "DOUBLE", "Chance of an interception, as seen at the throw.", low=0, high=1),
        Column("completion_at_arrival", "DOUBLE", "Chance of a catch, as seen at the arrival.", low=0, high=1),
        Column("interception_at_arrival", "DOUBLE", "Chance of an interception at the arrival.", low=0, high=1),
        Column("expected_yards_after_catch_yd", "DOUBLE", "Mean yards after the catch, if caught.", "yd"),
        Column(
            "separation_at_throw_yd", "DOUBLE", "From the target to the nearest defender at the throw.", "yd", low=0
        ),
        Column("separation_at_arrival_yd", "DOUBLE", "The same at the arrival.", "yd", low=0),
        Column(
            "outcome_model_origin", "VARCHAR", "What the outcome models learned from.", values=("simulated", "real")
        ),
    ),
)

WHAT_IF_PATHS = Table(
    "what_if_paths",
    "what_if",
    "one row per pass, eligible receiver, player and step after the release",
    ("game_id", "play_id", "target_nfl_id", "nfl_id", "step"),
    (
        *PLAY_KEY,
        TARGET_ID,
        Column("nfl_id", "BIGINT", "The player whose path it is.", low=1),
        Column("step", "INTEGER", "Frames after the release, from 1.", low=1),
        Column("ghost_x_yd", "REAL", "Predicted x.", "yd"),
        Column("ghost_y_yd", "REAL", "Predicted y.", "yd"),
        Column("ghost_sd_x_yd", "REAL", "Standard deviation of x; null for point forecasts.", "yd", True, low=0),
        Column("ghost_sd_y_yd", "REAL", "Standard deviation of y; null for point forecasts.", "yd", True, low=0),
    ),
)


def _estimated(
    stem: str, suffix: str, meaning: str, nullable: bool = False, low: float | None = None, high: float | None = None
) -> tuple[Column, ...]:
    """A number `<stem><suffix>` and the ends of its 95 % bootstrap interval by game."""
    unit = suffix.removeprefix("_")
    return (
        Column(stem + suffix, "DOUBLE", meaning, unit, nullable, low, high),
        Column(f"{stem}_low{suffix}", "DOUBLE", "Lower end of its 95 % bootstrap interval by game.", unit, True),
        Column(f"{stem}_high{suffix}", "DOUBLE", "Upper end of its 95 % bootstrap interval by game.", unit, True),
    )


ERROR_MEASURES = (
    *_estimated("ade", "_yd", "Mean distance from the actual path.", low=0),
    *_estimated("fde", "_yd", "Mean distance in the last step.", low=0),
    *_estimated("rmse", "_yd", "Joint root mean square error.", low=0),
    *_estimated("miss_rate", "", "Share of paths that end more than 2 yd off.", low=0, high=1),
    *_estimated("superhuman_rate", "", "Share of predicted steps longer than a human can make.", low=0, high=1),
    *_estimated("nll", "_nats", "Mean negative log-likelihood of the actual place; null for points.", True),
    *_estimated("coverage_50", "", "Share of places inside the 50 % region; null for points.", True, low=0, high=1),
    *_estimated("coverage_90", "", "Share of places inside the 90 % region; null for points.", True, low=0, high=1),
)

MODEL_ERRORS = Table(
    "model_errors",
    "models",
    "one row per model, protocol, kind of window, slice and step; step 0 is all steps together",
    ("model", "protocol", "windows", "slice", "step"),
    (
        Column("model", "VARCHAR", "Name of the model."),
        Column("protocol", "VARCHAR", "What the model may see.", values=("known_context", "at_release")),
        Column("windows", "VARCHAR", "ten_steps: every in-air frame, 10 steps; whole_flight: from the release."),
        Column("slice", "VARCHAR", "all, or a group of players or passes."),
        Column("step", "INTEGER", "Frames ahead; 0 is all of them together.", low=0),
        Column("n", "BIGINT", "Trajectories behind the number.", low=0),
        Column("coordinate_rmse_yd", "DOUBLE", "RMSE of a coordinate: the joint one over root 2.", "yd", low=0),
        Column("median_yd", "DOUBLE", "Median distance from the actual path.", "yd", low=0),
        *ERROR_MEASURES,
    ),
    by_week=False,
)

WHAT_IF_PROOF = Table(
    "what_if_proof",
    "what_if",
    "one row per kind of plays, measure and kind of options: what-ifs held against a known truth",
    ("plays", "measure", "options"),
    (
        Column("plays", "VARCHAR", "Played by the simulator, or landed.", values=("simulated", "landed")),
        Column("measure", "VARCHAR", "What was measured, in words."),
        Column("options", "VARCHAR", "Of which options.", values=("thrown", "not thrown", "all")),
        Column("value", "DOUBLE", "What was found.", nullable=True),
        Column("low", "DOUBLE", "Lower end of its 95 % bootstrap interval by game.", nullable=True),
        Column("high", "DOUBLE", "Upper end of its 95 % bootstrap interval by game.", nullable=True),
        Column("n", "BIGINT", "Options, defenders or passes behind it.", low=0),
        Column("unit", "VARCHAR", "Unit of the value; empty for shares and ratios."),
        Column("goal", "VARCHAR", "What was aimed at, as '<= 1.25'; empty where there is no goal."),
        Column("is_met", "BOOLEAN", "Whether the value meets the goal.", nullable=True),
    ),
    by_week=False,
)

REALISM = Table(
    "realism",
    "what_if",
    "one row per measure and percentile: landed real passes beside simulated ones of the same results and distances",
    ("measure", "percentile"),
    (
        Column("measure", "VARCHAR", "What is compared (domain.realism)."),
        Column("unit", "VARCHAR", "Its unit."),
        Column("percentile", "INTEGER", "Percent of the values that are below.", low=0, high=100),
        Column("landed", "DOUBLE", "Percentile of the landed passes."),
        Column("simulated", "DOUBLE", "Percentile of the simulated passes, weighted by result and air distance."),
        Column("kolmogorov_distance", "DOUBLE", "Largest distance of the two distributions.", low=0, high=1),
        Column("landed_passes", "BIGINT", "Landed passes behind it.", low=0),
        Column("simulated_passes", "BIGINT", "Simulated passes behind it.", low=0),
    ),
    by_week=False,
)

RESULTS = (
    PASS_MEASUREMENTS,
    PASS_OUTCOMES,
    TRAJECTORY_SCORES,
    WHAT_IF_OPTIONS,
    WHAT_IF_DEFENDERS,
    WHAT_IF_PATHS,
    WHAT_IF_PROOF,
    REALISM,
    MODEL_ERRORS,
)
