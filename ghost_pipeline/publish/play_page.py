"""The page of one play: its picture with the ghosts of every target, what each target was worth, and who defended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ghost_pipeline.domain.result_schema import TRAJECTORY_SCORES
from ghost_pipeline.domain.scene import NOBODY, Scenes
from ghost_pipeline.publish.charts import KIND_NAMES
from ghost_pipeline.publish.html import Grid, Heading, Row, cells, heading, render, shown
from ghost_pipeline.publish.inputs import SiteFacts
from ghost_pipeline.publish.play_figure import play_figure
from ghost_pipeline.publish.play_motion import jersey, play_motion
from ghost_pipeline.publish.plays_page import RESULTS, down_and_distance
from ghost_pipeline.publish.shown_tables import player_plays_path

Record = Mapping[str, Any]


@dataclass(frozen=True)
class PlayRecords:
    """The rows of one play: of plays, participants, what_if_options (best first), what_if_paths, trajectory_scores."""

    play: Record
    people: Mapping[int, Record]
    options: Sequence[Record]
    paths: Mapping[int, Mapping[int, Sequence[Record]]]
    scores: Sequence[Record]


@dataclass(frozen=True)
class Neighbour:
    """A link to another play's page, seen from a play's page."""

    title: str
    href: str


def play_page(
    facts: SiteFacts,
    scenes: Scenes,
    number: int,
    records: PlayRecords,
    before: Neighbour | None = None,
    after: Neighbour | None = None,
) -> bytes:
    """The page of the play `number` of the scenes."""
    motion = play_motion(scenes, number, records.people, records.options, records.paths)
    origins = {option["outcome_model_origin"] for option in records.options}
    return render(
        "play.html",
        "Plays",
        root="../../",
        facts=facts,
        title=play_title(records.play),
        situation=situation(records.play),
        play=records.play,
        result=RESULTS.get(records.play["pass_result"] or ""),
        motion=motion,
        figure=play_figure(motion["scrimmage"], motion["firstDown"]),
        options=[_option(option, records) for option in records.options],
        story=_story(scenes, number, records),
        defenders=_defenders(records),
        before=before,
        after=after,
        borrowed_outcomes="simulated" in origins and not facts.is_simulated,
    )


def play_title(play: Record) -> str:
    """Who played whom, as 'DEN v KC'; the offence stands first."""
    return f"{play['offense_team'] or 'Offence'} v {play['defense_team'] or 'Defence'}"


def situation(play: Record) -> str:
    """Week, quarter, clock, down and distance, as far as known."""
    parts = [play["season_week"]]
    if play["quarter"] is not None:
        clock = play["game_clock_s"]
        parts.append(f"Q{play['quarter']}" + ("" if clock is None else f" {clock // 60}:{clock % 60:02d}"))
    return " · ".join(part for part in (*parts, down_and_distance(play)) if part)


def _who(person: Record, nfl_id: int) -> str:
    number = jersey(person)
    name = person.get("display_name") or f"player {nfl_id}"
    return f"{name} (#{number})" if number else name


def _option(option: Record, records: PlayRecords) -> dict[str, Any]:
    person = records.people.get(option["target_nfl_id"], {})
    name = person.get("display_name") or f"player {option['target_nfl_id']}"
    return {**option, "name": name, "number": jersey(person), "position": person.get("position")}


def _story(scenes: Scenes, number: int, records: PlayRecords) -> list[str]:
    """The play, then each option, in a sentence each, for those who cannot see the picture."""
    play = records.play
    passer = int(scenes.nfl_id[number, scenes.passer[number]])
    to_throw = (scenes.throw[number] - scenes.snap[number]) / 10
    flight = (scenes.arrival[number] - scenes.throw[number]) / 10
    parts = [f"{_who(records.people.get(passer, {}), passer)} throws {to_throw:.1f} seconds after the snap"]
    if scenes.target[number] != NOBODY:
        target = int(scenes.nfl_id[number, scenes.target[number]])
        parts[0] += f" to {_who(records.people.get(target, {}), target)}"
    result = RESULTS.get(play["pass_result"] or "")
    parts[0] += f"; the ball flies {flight:.1f} seconds" + (f" and is {result}." if result else ".")
    for option in records.options:
        who = _who(records.people.get(option["target_nfl_id"], {}), option["target_nfl_id"])
        parts.append(
            f"{'Thrown to' if option['is_actual_target'] else 'If thrown to'} {who}: "
            f"{shown(option['completion_probability'], 'percent')} completion, "
            f"{shown(option['expected_yards_yd'], 'one')} expected yards, nearest defender "
            f"{shown(option['target_separation_yd'], 'one')} yards away at the arrival."
        )
    return parts


def _defenders(records: PlayRecords) -> Grid:
    """One row per defensive back: weight, scores by kind of path, and how far the ghost was off."""
    headings = [
        Heading("name", "Defensive back"),
        Heading("position", "Pos."),
        heading(TRAJECTORY_SCORES, "play_weight", "Weight", "percent"),
        *(
            Heading(kind, name, "signed_three", TRAJECTORY_SCORES.column("trajectory_score").meaning)
            for kind, name in KIND_NAMES.items()
        ),
        Heading("ghost_ade_yd", "Ghost off by, yd", "two", "Mean distance of the ghost from the actual path."),
        Heading("ghost_fde_yd", "at arrival, yd", "two", "The same in the last frame."),
    ]
    by_player: dict[int, dict[str, Any]] = {}
    for row in records.scores:
        person = records.people.get(row["nfl_id"], {})
        line = by_player.setdefault(
            row["nfl_id"], {"name": _who(person, row["nfl_id"]), "position": person.get("position")}
        )
        line[row["kind"]] = row["trajectory_score"]
        if row["kind"] == "actual":
            line["play_weight"] = row["play_weight"]
        if row["kind"] == "model":
            line["ghost_ade_yd"], line["ghost_fde_yd"] = row["ade_yd"], row["fde_yd"]
    ordered = sorted(by_player.items(), key=lambda item: -(item[1].get("play_weight") or 0))
    rows = [Row(tuple(cells(line, headings, {"name": player_plays_path(player)}))) for player, line in ordered]
    return Grid("defenders", "Trajectory score of each path; lower is better", tuple(headings), tuple(rows))
