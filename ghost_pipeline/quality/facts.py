"""The facts of every play that the rules and anomalies bound, each with the place where it was measured."""

from collections import defaultdict

import numpy as np
import pyarrow as pa
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from ghost_pipeline.arrow import conform, to_columns
from ghost_pipeline.domain.field import PLAYERS_PER_SIDE
from ghost_pipeline.domain.positions import INELIGIBLE
from ghost_pipeline.domain.rules import MAX_JUMP_YD, PLAY_FACTS, RULES
from ghost_pipeline.domain.scene import Columns
from ghost_pipeline.domain.tracked_part import PARTIAL
from ghost_pipeline.quality.line_up import line_up
from ghost_pipeline.quality.measure import (
    DEFENSE,
    FRAME,
    OFFENSE,
    PLAYER,
    TRACKED_FACTS,
    Jump,
    Limits,
    measure,
    nothing_measured,
)
from ghost_pipeline.quality.order import NEVER, events_out_of_order, out_of_game_order
from ghost_pipeline.quality.play_rows import PlayKey, rows_of_plays
from ghost_pipeline.quality.tracks import MOMENTS, NOWHERE, Samples, Tracks, first_rows, tracks_of

Fact = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Values [P] with NaN where there was nothing to measure, and the frame and player [P] of each, or NOWHERE."""


def play_facts(plays: pa.Table, participants: pa.Table, events: pa.Table, tracking: pa.Table) -> pa.Table:
    """One row of PLAY_FACTS per play key in `plays`, in its order; null where there is nothing to measure.

    The four tables are canonical ones, tracking in the order of its key. Facts of the flight are null for a play
    without a throw and a later arrival. Speeds are the source's `s`: a source of positions alone has none. A step over
    a gap of k frames counts as 1/k of its length, which is no more than the longest of the steps that were not seen.
    Where the source tracks only a part of the players (domain.tracked_part), fewer than eleven are nothing to measure.
    Each place is the worst sample of a greatest fact and the first one of a count.
    """
    plays, index = first_rows(plays)
    told = ["passer_nfl_id", "target_nfl_id", "game_id", "play_id", "quarter", "game_clock_s", "tracked_part"]
    about = to_columns(plays.select([*MOMENTS, *told, "scrimmage_x_yd"]))

    tracks = tracks_of(plays, participants, tracking, index)
    facts = _tracked(about, tracks) | _line_up(about, tracks)
    facts["events_out_of_order"] = _events(about, events, index)
    facts |= _target(about, participants, index)
    columns: dict[str, pa.Array] = {name: plays.column(name) for name in ("season_week", "game_id", "play_id")}
    for rule in RULES:
        value, frame, player = facts[rule.fact]
        columns[rule.fact] = pa.array(value, from_pandas=True)
        columns[f"{rule.fact}_at"] = pa.array(map(_place, frame.tolist(), player.tolist()), pa.string())
    return conform(PLAY_FACTS, pa.table(columns), "play facts")


def _place(frame: int, player: int) -> str | None:
    if player == NOWHERE:
        return None if frame == NOWHERE else f"frame {frame}"
    return f"player {player}" if frame == NOWHERE else f"frame {frame}, player {player}"


def _tracked(about: Columns, tracks: Tracks) -> dict[str, Fact]:
    begin, samples = tracks.plays.begin, tracks.samples
    value, at = nothing_measured(len(begin))
    jumps = measure(tracks.plays, tracks.rosters, samples, Limits(), value, at)
    partial = np.isin(about["tracked_part"], list(PARTIAL))
    for side in (OFFENSE, DEFENSE):
        value[partial & (value[:, side] > 0) & (value[:, side] < PLAYERS_PER_SIDE), side] = np.nan
    facts = {name: (value[:, i], at[:, i, FRAME], at[:, i, PLAYER]) for i, name in enumerate(TRACKED_FACTS)}
    facts["swapped_players"] = _swapped_players(jumps, samples, ~np.isnan(facts["max_jump_yd"][0]))
    starts_ms = np.full(len(begin), NEVER)
    tracked = begin < tracks.plays.end
    starts_ms[tracked] = samples.time_ms[begin[tracked]]
    starts_ms[starts_ms == NOWHERE] = NEVER
    game_id, play_id, quarter, clock_s = (about[n] for n in ("game_id", "play_id", "quarter", "game_clock_s"))
    late = out_of_game_order(game_id, play_id, quarter, clock_s, starts_ms)
    facts["out_of_game_order"] = late, np.full(len(begin), NOWHERE), np.full(len(begin), NOWHERE)
    return facts


def _line_up(about: Columns, tracks: Tracks) -> dict[str, Fact]:
    gap_yd, ball_x_yd = line_up(tracks.plays, tracks.rosters, tracks.samples)
    off_line_yd = ball_x_yd - about["scrimmage_x_yd"]
    nobody = np.full(len(gap_yd), NOWHERE)

    def fact(value: np.ndarray) -> Fact:
        return value, np.where(np.isnan(value), NOWHERE, tracks.plays.snap), nobody

    return {"line_up_gap_yd": fact(gap_yd), "ball_off_line_yd": fact(off_line_yd)}


def _swapped_players(jumps: list[Jump], samples: Samples, is_measured: np.ndarray) -> Fact:
    """How many players went on in another's place: those who leapt in one frame, matched to where they were expected.

    Expected is where the last step, made again, leads; the assignment is the one of the least total distance.
    """
    P = len(is_measured)
    count, frame, player = np.where(is_measured, 0.0, np.nan), np.full(P, NOWHERE), np.full(P, NOWHERE)
    together: dict[tuple[int, int], list[Jump]] = defaultdict(list)
    for jump in jumps:
        together[jump[0], int(samples.frame_id[jump[3]])].append(jump)
    xy = samples.x, samples.y
    for (p, when), leaps in together.items():
        if len(leaps) < 2:
            continue
        _, earlier, before, here = np.array(leaps).T
        expected = np.stack([2 * axis[before] - axis[earlier] for axis in xy], axis=-1)
        distance = cdist(expected, np.stack([axis[here] for axis in xy], axis=-1))
        own, taken = linear_sum_assignment(distance)
        changed = (own != taken) & (distance[own, taken] < MAX_JUMP_YD)
        if changed.any() and frame[p] == NOWHERE:
            frame[p], player[p] = when, samples.nfl_id[here[own[changed][0]]]
        count[p] += changed.sum()
    return count, frame, player


def _events(about: Columns, events: pa.Table, index: dict[PlayKey, int]) -> Fact:
    row = rows_of_plays(events, index)
    count, place = events_out_of_order(about, row, events["frame_id"].to_numpy(), events["event"].to_numpy())
    return count, np.where(count > 0, place, NOWHERE), np.full(len(index), NOWHERE)


def _target(about: Columns, participants: pa.Table, index: dict[PlayKey, int]) -> dict[str, Fact]:
    """Whether the named target is not of the offence or is the passer, and whether he is a lineman; NaN without one."""
    row = rows_of_plays(participants, index)
    target, passer = about["target_nfl_id"], about["passer_nfl_id"]
    is_target = (row >= 0) & (participants["nfl_id"].to_numpy() == np.append(target, 0)[row])
    side, position = participants["side"].to_numpy(), participants["position"].to_numpy()
    on_offense = is_target & np.asarray(side == "offense", bool)

    def found(rows: np.ndarray) -> np.ndarray:
        plays = np.zeros(len(index), bool)
        plays[row[rows]] = True
        return plays

    def fact(wrong: np.ndarray) -> Fact:
        value = np.where(target < 0, np.nan, wrong.astype(float))
        return value, np.full(len(index), NOWHERE), np.where(value > 0, target, NOWHERE)

    lineman = found(on_offense & np.isin(position.astype(str), list(INELIGIBLE)))
    return {
        "target_not_eligible": fact(~found(on_offense) | (target == passer)),
        "target_is_lineman": fact(lineman),
    }
