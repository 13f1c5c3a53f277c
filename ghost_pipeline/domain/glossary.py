"""The words of this field, each explained once: the glossary page, titles on other pages and the docs come from here.

What a column of the declared tables already says is taken from there; `columns` name those that hold the thing, as
`table.column`.
"""

from dataclasses import dataclass

from ghost_pipeline.domain.events import ARRIVAL_EVENTS
from ghost_pipeline.domain.field import FRAME_S, MAX_STEP_YD
from ghost_pipeline.domain.metrics import MISS_YD
from ghost_pipeline.domain.result_schema import PASS_MEASUREMENTS, TRAJECTORY_SCORES, WHAT_IF_OPTIONS
from ghost_pipeline.domain.schema import PLAYS
from ghost_pipeline.domain.trajectory_score import DISTORTED_SHARE, WEIGHT_SCALE_YD

PLAY, SPACE, PATHS, SCORES, MODELS, DATA = (
    "The play",
    "Room and yards",
    "Paths and their errors",
    "Scores and decisions",
    "What a model may know",
    "The data",
)
GROUPS = (PLAY, SPACE, PATHS, SCORES, MODELS, DATA)


@dataclass(frozen=True)
class Term:
    """One word. `meaning` is a sentence or two with units."""

    id: str
    name: str
    group: str
    meaning: str
    columns: tuple[str, ...] = ()


TERMS = (
    Term("snap", "snap", PLAY, "The ball goes from the centre to the passer; the play begins.", ("plays.snap_frame",)),
    Term(
        "pass_forward",
        "pass_forward, throw, release",
        PLAY,
        "The event of the tracking feed at which the ball leaves the passer's hand. From here to the arrival it is in "
        "the air.",
        ("plays.throw_frame",),
    ),
    Term(
        "arrival",
        "arrival",
        PLAY,
        f"The flight ends: the first of {', '.join(ARRIVAL_EVENTS)} after the throw. Not every pass has pass_arrived.",
        ("plays.arrival_frame",),
    ),
    Term(
        "air_window",
        "air window, flight",
        PLAY,
        f"The frames from the throw to the arrival, one every {FRAME_S:g} s.",
        ("what_if_options.flight_frames",),
    ),
    Term(
        "targeted_receiver",
        "targeted receiver, target",
        PLAY,
        "The player the pass is meant for. Where the source does not name him he is derived, with the method and how "
        "sure it is.",
        ("plays.target_nfl_id", "plays.target_method", "plays.target_confidence"),
    ),
    Term(
        "eligible_receiver",
        "eligible receiver",
        PLAY,
        "A player who may catch a pass: backs, ends and wide receivers. Every one of them gets a what-if.",
        ("what_if_options.target_nfl_id",),
    ),
    Term("passer", "passer", PLAY, PLAYS.column("passer_nfl_id").meaning, ("plays.passer_nfl_id",)),
    Term(
        "line_of_scrimmage",
        "line of scrimmage",
        PLAY,
        "The line across the field on which the ball lies before the snap. Depths are measured from it.",
    ),
    Term(
        "defensive_back",
        "defensive back",
        PLAY,
        "A cornerback or safety: who covers receivers. Ghosts are predicted for all defenders, errors and scores are "
        "of the defensive backs.",
    ),
    Term(
        "coverage",
        "man and zone coverage",
        PLAY,
        "In man coverage a defender follows a receiver, in zone he guards a part of the field.",
        ("plays.man_zone",),
    ),
    Term(
        "separation",
        "separation",
        SPACE,
        PASS_MEASUREMENTS.column("target_separation_yd").meaning + " In yards.",
        ("pass_measurements.target_separation_yd", "what_if_options.target_separation_yd"),
    ),
    Term(
        "cushion",
        "cushion",
        SPACE,
        "How much deeper a defender lines up at the snap than the receiver opposite. In yards.",
        ("frame_features.cushion_yd",),
    ),
    Term("air_yards", "air yards", SPACE, PLAYS.column("air_yards_yd").meaning, ("plays.air_yards_yd",)),
    Term(
        "air_distance",
        "air distance",
        SPACE,
        PASS_MEASUREMENTS.column("air_distance_yd").meaning + " Unlike air yards it counts the way across the field.",
        ("pass_measurements.air_distance_yd",),
    ),
    Term(
        "yards_after_catch",
        "yards after catch, YAC",
        SPACE,
        PLAYS.column("yards_after_catch_yd").meaning + " Expected ones come from a model.",
        ("plays.yards_after_catch_yd", "what_if_options.expected_yards_after_catch_yd"),
    ),
    Term(
        "time_to_throw",
        "time to throw",
        SPACE,
        PASS_MEASUREMENTS.column("time_to_throw_s").meaning + " In seconds.",
        ("pass_measurements.time_to_throw_s",),
    ),
    Term(
        "ghost",
        "ghost",
        PATHS,
        "Where the model sends a defender from the throw to the arrival: what is to be expected of a player in his "
        "place, given who is targeted.",
        ("what_if_paths.ghost_x_yd", "what_if_paths.ghost_y_yd"),
    ),
    Term(
        "what_if",
        "what-if",
        PATHS,
        "The same pass thrown to somebody else. It never happened, so there is no truth to compare it with.",
        ("what_if_options.is_actual_target",),
    ),
    Term(
        "constant_velocity",
        "constant velocity",
        PATHS,
        "The blind baseline: everybody keeps the speed and direction he had at the throw.",
        ("trajectory_scores.kind",),
    ),
    Term(
        "distorted",
        "distorted",
        PATHS,
        f"Constant velocity of which {DISTORTED_SHARE:.0%} of the defenders got a random direction and speed: paths "
        "that a good score must put last.",
        ("trajectory_scores.kind",),
    ),
    Term(
        "ade",
        "ADE, average displacement error",
        PATHS,
        "Mean distance of a path from the one really run, over all steps. In yards.",
        ("trajectory_scores.ade_yd", "model_errors.ade_yd"),
    ),
    Term(
        "fde",
        "FDE, final displacement error",
        PATHS,
        "Distance of a path from the one really run in its last step. In yards.",
        ("trajectory_scores.fde_yd", "model_errors.fde_yd"),
    ),
    Term(
        "rmse",
        "RMSE",
        PATHS,
        "Root of the mean squared distance, x and y together. In yards; the RMSE of one coordinate is smaller by √2.",
        ("model_errors.rmse_yd", "model_errors.coordinate_rmse_yd"),
    ),
    Term(
        "miss_rate",
        "miss rate",
        PATHS,
        f"Share of the paths that end more than {MISS_YD:g} yd off.",
        ("model_errors.miss_rate",),
    ),
    Term(
        "superhuman_step",
        "superhuman step",
        PATHS,
        f"A step of one frame longer than {MAX_STEP_YD:g} yd, which no player makes.",
        ("trajectory_scores.superhuman_steps",),
    ),
    Term(
        "region",
        "50 % and 90 % regions",
        PATHS,
        "Where a player will be with that chance, by the model's own word. The quality gate holds it to that word.",
        ("what_if_paths.ghost_sd_x_yd", "what_if_paths.ghost_sd_y_yd"),
    ),
    Term(
        "trajectory_score",
        "trajectory score, TS",
        SCORES,
        "How sensible a path is, without any truth: closing on the target (PS), modulated by effort (DR) and "
        "superhuman steps (SP). Lower is better.",
        tuple(
            f"{TRAJECTORY_SCORES.name}.{name}"
            for name in ("convergence_yd_step", "effort_ratio", "superhuman_steps", "trajectory_score")
        ),
    ),
    Term(
        "play_score",
        "play score",
        SCORES,
        "Mean trajectory score of the defensive backs of a pass; a back's weight falls by a factor of e with every "
        f"{WEIGHT_SCALE_YD:g} yd from the target. Lower is better.",
        ("play_index.play_score", "play_index.ghost_play_score"),
    ),
    Term(
        "over_expected",
        "over expected",
        SCORES,
        "What was done minus what the model expected of the same pass. Of a score, where lower is better, a negative "
        "value is good.",
        ("defensive_back_leaderboard.score_over_expected",),
    ),
    Term(
        "completion_probability",
        "completion probability",
        SCORES,
        WHAT_IF_OPTIONS.column("completion_probability").meaning,
        ("what_if_options.completion_probability",),
    ),
    Term(
        "expected_yards",
        "expected yards",
        SCORES,
        WHAT_IF_OPTIONS.column("expected_yards_yd").meaning,
        ("what_if_options.expected_yards_yd",),
    ),
    Term(
        "decision_value",
        "decision value",
        SCORES,
        WHAT_IF_OPTIONS.column("decision_value_yd").meaning + " Zero or more: nobody else promised more.",
        ("what_if_options.decision_value_yd",),
    ),
    Term(
        "interval",
        "95 % interval",
        SCORES,
        "Made so that in 95 of 100 seasons like this one it would hold the true value. Passes of one game are alike; "
        "where it matters, whole games are drawn for it.",
    ),
    Term(
        "at_release",
        "at_release",
        MODELS,
        "Only the past, who is targeted, and where and when the ball comes down. What-ifs use only this one.",
        ("model_errors.protocol",),
    ),
    Term(
        "known_context",
        "known_context",
        MODELS,
        "The paper's protocol: receiver and ball are given for the future steps too.",
        ("model_errors.protocol",),
    ),
    Term(
        "ten_steps",
        "next ten steps",
        MODELS,
        "Every frame with the ball in the air and at least ten more to come, as the paper was developed on.",
        ("model_errors.windows",),
    ),
    Term(
        "whole_flight",
        "whole flight",
        MODELS,
        "From the release to the arrival in one go, as a what-if needs it.",
        ("model_errors.windows",),
    ),
    Term(
        "held_out",
        "held-out games",
        MODELS,
        "Games that no model was trained on, chosen by a hash of the game id. Errors are measured on them.",
        ("play_index.is_held_out",),
    ),
    Term(
        "champion",
        "champion, gate",
        MODELS,
        "The model version in use. A new one replaces it only when it passes the gate: better than physics, not worse "
        "than the champion, honest regions, human steps.",
    ),
    Term(
        "frame",
        "frame",
        DATA,
        f"A sample of all players and the ball, every {FRAME_S:g} s.",
        ("tracking.frame_id",),
    ),
    Term(
        "season_week",
        "season-week",
        DATA,
        PLAYS.column("season_week").meaning,
        ("plays.season_week",),
    ),
    Term(
        "cardinal_rule",
        "cardinal rule",
        DATA,
        "What every sound play keeps, such as 22 players or human speeds. A play that breaks one of severity error is "
        "quarantined.",
    ),
    Term(
        "quarantine",
        "quarantine",
        DATA,
        "Where a play is kept out of all results, with its reason and the place where it was seen, until the source is "
        "mended or a person lets it pass.",
        ("quarantine.rule_id",),
    ),
    Term(
        "expectation",
        "expectation, check",
        DATA,
        "One thing that is asked of a table or of a week, and whether it held.",
        ("check_results.check_id",),
    ),
)
TERM_BY_ID = {term.id: term for term in TERMS}
