"""The model card, filled from facts: sections of Mitchell et al. 2019, "Model Cards for Model Reporting"."""

from collections.abc import Iterator, Mapping
from typing import Any

Facts = Mapping[str, Any]


def model_card(version: str, facts: Facts, config: Facts, evaluation: Facts) -> str:
    """The card of a ghost version as Markdown.

    `facts` are those of the artifact, `config` its config.json and `evaluation` what the examination found.
    """
    sections = {
        "Model details": _details(version, facts, config),
        "Intended use": _USE,
        "Factors": _FACTORS,
        "Metrics": _METRICS,
        "Evaluation data": [
            f"Held-out games: {evaluation['games']}.",
            f"Data: {_pairs(evaluation['data'])}, examined {evaluation['made_at']} by {evaluation['code_version']}.",
        ],
        "Training data": [
            f"{facts['frames']:,} frames: flights of passes with a known target, and whole plays without one.",
            *_school(facts),
            f"Data: {_pairs(facts['data'])}.",
            f"Features of ranking {facts['ranked_features']}: {', '.join(config['names'])}.",
        ],
        "Quantitative analyses": [*_table(evaluation), *_gate(evaluation)],
        "Ethical considerations": _ETHICS,
        "Caveats and recommendations": _CAVEATS,
    }
    lines = [f"# Ghost model {version}"]
    for title, said in sections.items():
        lines += ["", f"## {title}", *said]
    return "\n".join(lines) + "\n"


_USE = [
    "Where defensive backs would have gone, had the pass been thrown to another eligible receiver, seen from the "
    "release: for film study, for judging decisions of quarterbacks and coverage of backs over many plays.",
    "",
    "Not meant for: live decisions, judging a person by one play, plays other than passes, flights over 4 s, tracking "
    "at another rate than 10 Hz.",
]
_FACTORS = [
    "Position, nearness to the target, flight time and air yards; the table below has a line for each. Teams, players "
    "and stadiums are not inputs."
]
_METRICS = [
    "Joint RMSE, ADE and FDE in yards, share of paths that end over 2 yd off, coverage of the 50 % and 90 % regions. "
    "Intervals are bootstrapped over games. ten_steps is every frame of a flight with ten more; whole_flight starts at "
    "the release. at_release sees the past, the target, where and when the ball comes down; known_context also the "
    "future of target and ball."
]
_ETHICS = [
    "Tracking data are about people at work and belong to their league. The model says what backs did on average; a "
    "player who leaves its path was not wrong to do so."
]
_CAVEATS = [
    "- A path is the middle of a calibrated distribution: use the regions, above all beyond 1.5 s.",
    "- A ghost keeps to what backs do when the ball is thrown; it does not know calls, injuries or the score.",
    "- Highlight plays are mostly completions; a model of them sees more beaten backs than a season has.",
    "- Simulated plays teach the platform to run, not football: do not read a model of them as one of players.",
]


def _details(version: str, facts: Facts, config: Facts) -> Iterator[str]:
    recipe = facts["recipe"]
    yield (
        f"Attention over all 22 players, {recipe['members']} networks of width {recipe['width']} and "
        f"{recipe['layers']} layers, averaged with their mirror images; a Gaussian around damped acceleration; steps "
        "that no human can make are shortened."
    )
    yield ""
    yield (
        f"Version {version}, made {facts['made_at']} by {facts['code_version']}, seed {facts['seed']}. "
        f"{config['config']['observed']} observed frames in, up to {config['config']['steps']} steps of 0.1 s out. "
        f"{facts['plan']['steps']:,} training steps of {facts['plan']['batch']} windows; "
        f"error on the games set aside {', '.join(f'{value:.3f}' for value in facts['inner_rmse_yd'])} yd. Licence MIT."
    )


def _school(facts: Facts) -> Iterator[str]:
    if frames := facts.get("simulated_frames"):
        share = facts["recipe"]["school"]
        yield f"Before them, for {share:.0%} of the steps, {frames:,} frames of passes simulated for this training."


def _table(evaluation: Facts) -> Iterator[str]:
    yield "| windows, protocol, slice | paths | RMSE yd | 95 % interval | ADE yd | FDE yd | miss | in 50 % | in 90 % |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, row in evaluation["errors"].items():
        numbers = [f"{row[key]:.3f}" for key in ("ade_yd", "fde_yd")]
        shares = [f"{row[key]:.1%}" for key in ("miss_rate", "coverage_50", "coverage_90")]
        interval = f"{row['rmse_low_yd']:.3f} to {row['rmse_high_yd']:.3f}"
        cells = [name.replace("/", ", "), f"{row['n']:,}", f"{row['rmse_yd']:.3f}", interval, *numbers, *shares]
        yield f"| {' | '.join(cells)} |"


def _gate(evaluation: Facts) -> Iterator[str]:
    yield ""
    yield f"Gate: {'passed' if evaluation['passed'] else 'failed'}."
    yield ""
    for condition in evaluation["conditions"]:
        yield f"- {'holds' if condition['holds'] else 'FAILS'}: {condition['name']}: {condition['found']}"


def _pairs(values: Facts) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())
