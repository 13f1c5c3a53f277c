"""A week against the season so far: drift of its distributions, and its volume."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import rel_entr
from scipy.stats import chi2, nbinom, poisson

from ghost_pipeline.arrow import arrow_schema
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.schema import BALL_ID
from ghost_pipeline.domain.week_checks import (
    CHANCE,
    MAX_STABILITY_INDEX,
    MIN_EARLIER_PLAYS,
    PLAYS_OF_A_GAME,
    PROFILED,
    SCHEDULE_TRACKED,
    STABLE_DISTRIBUTIONS,
    USUAL_VOLUME,
    WEEK_PROFILES,
    Profiled,
    WeekCheck,
)
from ghost_pipeline.quality.fitness import WHOLE_WEEK
from ghost_pipeline.quality.play_rows import rows_of_plays

SAMPLES = 3
Counts = dict[str, np.ndarray]


def week_profile(week: SeasonWeek, plays: pa.Table, tracking: pa.Table) -> pa.Table:
    """The week's rows of WEEK_PROFILES, from its clean tables."""
    in_flight = _in_flight(plays, tracking)
    rows = [(profiled.column, *_binned(profiled, tracking.column(profiled.column), in_flight)) for profiled in PROFILED]
    games = Counter(Counter(plays["game_id"].to_pylist()).values())
    rows.append((PLAYS_OF_A_GAME, np.array(sorted(games)), np.array([games[n] for n in sorted(games)])))
    names, bins, counts = zip(*rows, strict=True)
    columns = {
        "season_week": [str(week)] * sum(map(len, bins)),
        "profile": np.repeat(names, [len(one) for one in bins]),
        "bin": np.concatenate(bins),
        "count": np.concatenate(counts),
        "plays": np.full(sum(map(len, bins)), len(plays)),
    }
    return pa.table(columns).cast(arrow_schema(WEEK_PROFILES))


def _in_flight(plays: pa.Table, tracking: pa.Table) -> np.ndarray:
    """Whether each sample is a player's in the air window."""
    index = {(g, p): row for row, (g, p) in enumerate(zip(*(plays[k].to_pylist() for k in _KEY), strict=True))}
    row, frame = rows_of_plays(tracking, index), tracking["frame_id"].to_numpy()
    first, last = (np.append(pc.fill_null(plays[name], -1).to_numpy(), -1)[row] for name in _WINDOW)
    return (frame >= first) & (frame <= last) & (first >= 0) & (tracking["nfl_id"].to_numpy() != BALL_ID)


_KEY, _WINDOW = ("game_id", "play_id"), ("throw_frame", "arrival_frame")


def _binned(profiled: Profiled, column: pa.ChunkedArray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values = column.to_numpy()[chosen]
    values = values[~np.isnan(values)]
    share = (values - profiled.low) / (profiled.high - profiled.low)
    number = np.clip((share * profiled.bins).astype(np.int64), 0, profiled.bins - 1)
    return np.arange(profiled.bins), np.bincount(number, minlength=profiled.bins)


def week_rows(
    week: SeasonWeek, profile: pa.Table, earlier: Sequence[pa.Table], plays: pa.Table, untracked_plays: int
) -> list[dict[str, Any]]:
    """Rows of CHECK_RESULTS: the week's profile against those of the season's earlier weeks, and its schedule.

    `untracked_plays` are those that the source lists without tracking.
    """
    before = pa.concat_tables(earlier) if earlier else profile[:0]
    known = sum(one["plays"][0].as_py() for one in earlier if len(one))
    return [
        _drift_row(week, profile, before, known),
        _volume_row(week, plays, before, known),
        _schedule_row(week, plays, untracked_plays),
    ]


def stability_index(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Population stability index of two histograms over the same bins: the relative entropies both ways, added.

    Half a sample is added to every bin, so that an empty one counts for something finite.
    """
    p, q = ((counts + 0.5) / (counts + 0.5).sum() for counts in (ours, theirs))
    return float((rel_entr(p, q) + rel_entr(q, p)).sum())


def allowed_index(bins: int, plays: int, earlier_plays: int) -> float:
    """The line for a week of so many plays. By chance the index is chi-square (bins - 1) times (1/n + 1/m).

    n and m are plays and not samples: those of a play are far from independent.
    """
    return max(MAX_STABILITY_INDEX, float(chi2.isf(CHANCE, bins - 1)) * (1 / plays + 1 / earlier_plays))


def _drift_row(week: SeasonWeek, profile: pa.Table, before: pa.Table, known: int) -> dict[str, Any]:
    if known < MIN_EARLIER_PLAYS or not len(profile):
        return _row(week, STABLE_DISTRIBUTIONS, "no season to compare with yet", 0, 0, [])
    ours, theirs = _totals(profile), _totals(before)
    plays = profile["plays"][0].as_py()
    found, shifted = [], []
    for profiled in PROFILED:
        name = profiled.column
        if not (ours[name].sum() and theirs[name].sum()):
            continue
        index, allowed = stability_index(ours[name], theirs[name]), allowed_index(profiled.bins, plays, known)
        found.append(f"{name} {index:.3f}")
        if index > allowed:
            shifted.append(f"{name}: {index:.3f}, allowed {allowed:.3f}")
    return _row(week, STABLE_DISTRIBUTIONS, ", ".join(found) or "nothing to compare", len(shifted), len(found), shifted)


def _totals(profiles: pa.Table) -> Counts:
    rows = profiles.to_pydict()
    totals = {profiled.column: np.zeros(profiled.bins) for profiled in PROFILED}
    for name, number, count in zip(rows["profile"], rows["bin"], rows["count"], strict=True):
        if name in totals:
            totals[name][number] += count
    return totals


def _volume_row(week: SeasonWeek, plays: pa.Table, before: pa.Table, known: int) -> dict[str, Any]:
    """Each game's plays against a negative binomial (Poisson where games vary no more) fitted to earlier games."""
    games = Counter(plays["game_id"].to_pylist())
    usual = before.filter(pc.equal(before["profile"], PLAYS_OF_A_GAME))
    counts = np.repeat(usual["bin"].to_numpy(), usual["count"].to_numpy())
    if known < MIN_EARLIER_PLAYS:
        return _row(week, USUAL_VOLUME, "no season to compare with yet", 0, 0, [])
    mean, variance = counts.mean(), counts.var(ddof=1) if len(counts) > 1 else counts.mean()
    spread = poisson(mean) if variance <= mean else nbinom(mean**2 / (variance - mean), mean / variance)
    odd = [
        f"game {game}: {count} plays, {mean:.0f} are usual"
        for game, count in sorted(games.items())
        if min(spread.cdf(count), spread.sf(count - 1)) < CHANCE / 2
    ]
    reach = f"{min(games.values())} to {max(games.values())} plays a game, {mean:.0f} before"
    return _row(week, USUAL_VOLUME, reach, len(odd), len(games), odd)


def _schedule_row(week: SeasonWeek, plays: pa.Table, untracked: int) -> dict[str, Any]:
    games = {row["game_id"]: row for row in plays.select(["game_id", "home_team", "visitor_team"]).to_pylist()}
    teams = Counter(row[side] for row in games.values() for side in ("home_team", "visitor_team") if row[side])
    twice = [f"{team} in {count} games" for team, count in sorted(teams.items()) if count > 1]
    told = ([f"{untracked} plays are listed and have no tracking"] if untracked else []) + twice
    observed = f"{untracked} plays without tracking, {len(twice)} teams twice"
    return _row(week, SCHEDULE_TRACKED, observed, untracked + len(twice), len(plays) + untracked, told)


def _row(
    week: SeasonWeek, check: WeekCheck, observed: str, unexpected: int, looked_at: int, samples: Sequence[str]
) -> dict[str, Any]:
    return {
        "season_week": str(week),
        "table_name": WHOLE_WEEK,
        "check_id": check.id,
        "severity": "warning",
        "success": not unexpected,
        "observed": observed,
        "expected": check.expected,
        "unexpected_count": unexpected,
        "row_count": looked_at,
        "sample": "; ".join(samples[:SAMPLES]) or None,
    }
