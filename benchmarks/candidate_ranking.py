"""Rank the candidate features on real plays, and say whether role, yards to go and yards from the end zone matter.

python benchmarks/candidate_ranking.py .ghost/real      after `make real DATA=...`

Three populations in the air: all players, all defenders, defensive backs. A factor's worth is what the error grows by
when the factor is withheld from LightGBM (game-wise cross-validation, mean over seeds and horizons); intervals are
bootstrapped by game. Held-out games are not looked at. Takes about five CPU minutes.
"""

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ghost_pipeline.domain.positions import DEFENSIVE_BACKS
from ghost_pipeline.domain.schema import CLEAN_PARTICIPANTS, CLEAN_PLAYS
from ghost_pipeline.features.candidates import Candidates, candidates_of, concatenate, players_in_air
from ghost_pipeline.features.definitions import FRAME_FEATURES_TABLE, INDEX, NAMES
from ghost_pipeline.features.importance import CrossValidation
from ghost_pipeline.features.ranking import RankedFeatures, rank_features
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.settings import Settings

ROWS, SEEDS, DRAWS, THREADS = 6_000, 2, 1000, 2
POSITIONS = {
    "quarterback": {"QB"},
    "running back": {"RB", "FB", "HB"},
    "wide receiver": {"WR"},
    "tight end": {"TE"},
    "offensive line": {"C", "G", "LG", "LT", "OG", "OL", "OT", "RG", "RT", "T", "LS"},
    "defensive line": {"DE", "DL", "DT", "NT", "EDGE"},
    "linebacker": {"ILB", "LB", "MLB", "OLB", "WLB", "SLB"},
    "cornerback": {"CB", "NB"},
    "safety": DEFENSIVE_BACKS - {"CB", "NB"},
}
CONTEXT = ("quarter", "game_clock_s", "score_difference", "is_home_offense")
FLAGS = ("is_target", "is_passer", "is_defense", "is_defensive_back")
_FIRST = len(NAMES)
FACTORS = {
    "role (position and flags)": [*(INDEX[name] for name in FLAGS), *range(_FIRST, _FIRST + len(POSITIONS))],
    "yards to go": [INDEX["yards_to_go_yd"]],
    "yards from the end zone": [INDEX["to_goal_line_yd"], INDEX["scrimmage_to_goal_yd"]],
    "down, clock, score, home": [
        INDEX["down"],
        *range(_FIRST + len(POSITIONS), _FIRST + len(POSITIONS) + len(CONTEXT)),
    ],
}
ASKED = sorted({column for columns in FACTORS.values() for column in columns})
FACTORS |= {
    "all of these": ASKED,
    "for comparison: where and when the ball lands": [
        INDEX[name] for name in NAMES if name.startswith(("landing_", "needed_", "lane_")) or name == "time_to_land_s"
    ],
}


def main() -> None:
    """Print the worth of each factor in each population, then the ranking of backs and of all players."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, help="state folder with frame features, as .ghost/real")
    everyone = read(Platform(Settings(home=parser.parse_args().home)))
    flag = {name: everyone.values[:, INDEX[name]] > 0.5 for name in FLAGS}
    populations = {
        "all players": everyone,
        "all defenders": everyone.take(flag["is_defense"]),
        "defensive backs": everyone.take(flag["is_defensive_back"]),
    }
    for name, candidates in populations.items():
        print_factors(name, candidates)
    for name in ("defensive backs", "all players"):
        only = populations[name]
        plain = Candidates(only.values[:, : len(NAMES)], only.residual, only.game_id, only.play_id, only.nfl_id)
        print_ranking(name, rank_features(plain, 7, THREADS, lambda *_: None))


def read(platform: Platform) -> Candidates:
    """Every player in the air in games that are not held out; POSITIONS and CONTEXT as columns after the candidates."""
    partitions = platform.partitions
    parts = []
    for week in partitions.weeks(FRAME_FEATURES_TABLE):
        rows = candidates_of(players_in_air(partitions.read(FRAME_FEATURES_TABLE, week)))
        people = partitions.read(CLEAN_PARTICIPANTS, week)
        context = play_context(rows, partitions.read(CLEAN_PLAYS, week))
        values = np.column_stack([rows.values, position_flags(rows, people), context]).astype(np.float32)
        parts.append(Candidates(values, rows.residual, rows.game_id, rows.play_id, rows.nfl_id))
    return concatenate(parts)


def position_flags(rows: Candidates, people: pa.Table) -> NDArray[np.float32]:
    """[N, len(POSITIONS)]"""
    position = dict(
        zip(
            zip(*(people[name].to_pylist() for name in ("game_id", "play_id", "nfl_id")), strict=True),
            pc.fill_null(people["position"], "").to_pylist(),
            strict=True,
        )
    )
    keys = zip(rows.game_id.tolist(), rows.play_id.tolist(), rows.nfl_id.tolist(), strict=True)
    found = np.array([position[key] for key in keys])
    return np.column_stack([np.isin(found, sorted(names)) for names in POSITIONS.values()])


def play_context(rows: Candidates, plays: pa.Table) -> NDArray[np.float64]:
    """[N, len(CONTEXT)], NaN where the source does not say."""
    plays = plays.to_pandas()
    plays["score_difference"] = plays["offense_score"] - plays["defense_score"]
    plays["is_home_offense"] = plays["offense_team"] == plays["home_team"]
    by_play = plays.set_index(["game_id", "play_id"])[list(CONTEXT)].astype(float)
    return by_play.loc[list(zip(rows.game_id.tolist(), rows.play_id.tolist(), strict=True))].to_numpy()


def print_factors(name: str, candidates: Candidates) -> None:
    """Growth of the error when a factor is withheld, with its 95 % interval by game."""
    fits = [CrossValidation(candidates.sample(ROWS, 0), seed, THREADS) for seed in range(SEEDS)]
    every = range(candidates.values.shape[1])
    given_all = mean_squares(fits, list(every))
    games = fits[0].known.any(axis=1)
    game_id = candidates.sample(ROWS, 0).game_id[games]
    blind = (fits[0].residual.astype(np.float64) ** 2).sum(axis=2)
    left = relative_error(given_all, blind)
    print(
        f"\n{name}: {len(game_id):,} rows of {len(np.unique(game_id))} games, {left:.1%} of constant velocity's error"
    )
    print("| withheld | error grows by | 95 % interval by game |\n|---|---|---|")
    for factor, columns in FACTORS.items():
        without = mean_squares(fits, [column for column in every if column not in set(columns)])
        low, high = interval(given_all, without, blind, game_id)
        print(
            f"| {factor} | {relative_error(without, blind) / left - 1:+.2%} | {low:+.2%} to {high:+.2%} |", flush=True
        )


def mean_squares(fits: list[CrossValidation], columns: list[int]) -> NDArray[np.float64]:
    """[N, H] squared errors on left-out games, mean over the seeds."""
    return np.mean([fit.squared_errors(columns) for fit in fits], axis=0)


def relative_error(squares: NDArray, blind: NDArray) -> float:
    """RMSE as a share of constant velocity's, mean over the horizons."""
    return float((np.sqrt(np.nanmean(squares, axis=0)) / np.sqrt(np.nanmean(blind, axis=0))).mean())


def interval(given: NDArray, without: NDArray, blind: NDArray, game_id: NDArray) -> tuple[float, float]:
    """95 % bootstrap interval, by game, of the growth of the error."""
    games, row = np.unique(game_id, return_inverse=True)
    sums = np.zeros((len(games), 4, given.shape[1]))
    for number, values in enumerate((given, without, blind, np.ones_like(blind))):
        np.add.at(sums[:, number], row, np.where(np.isnan(blind), 0, values))
    draws = np.random.default_rng(0).integers(len(games), size=(DRAWS, len(games)))
    with_all, less, cv, count = np.moveaxis(sums[draws].sum(axis=1), 1, 0)
    scale = np.sqrt(cv / count)
    growth = (np.sqrt(less / count) / scale).mean(axis=1) / (np.sqrt(with_all / count) / scale).mean(axis=1) - 1
    low, high = np.percentile(growth, [2.5, 97.5])
    return float(low), float(high)


def print_ranking(name: str, ranked: RankedFeatures) -> None:
    """The twelve most important groups, where the three factors stand, the chosen features and the errors."""
    by_importance = sorted(ranked.groups, key=lambda group: -group.importance)
    asked = {group.name for group in ranked.groups if {INDEX[f] for f in group.features} & set(ASKED)}
    print(f"\n{name}: {ranked.rows:,} rows of {ranked.games} games, order of the groups by importance")
    print("| place | group | gain | error when shuffled | SHAP |\n|---|---|---|---|---|")
    for place, group in enumerate(by_importance, start=1):
        if place <= 12 or group.name in asked:
            numbers = f"{group.gain:.1%} | {group.permutation:+.1%} ± {group.permutation_sd:.1%} | {group.shap:.1%}"
            print(f"| {place} | {group.name} | {numbers} |")
    print(f"chosen: {', '.join(ranked.chosen)}")
    print("rank correlation of two seeds:", ", ".join(f"{m} {value:.2f}" for m, value in ranked.stability.items()))
    for one in ranked.horizons:
        numbers = f"{one.constant_velocity_yd:.3f}, all {one.all_yd:.3f}, chosen {one.chosen_yd:.3f} yd"
        print(f"{one.horizon}: {one.rows:,} rows, constant velocity {numbers}")
    print("error by features:", ", ".join(f"{int(p['features'])}: {p['error']:.3f}" for p in ranked.curve))


if __name__ == "__main__":
    main()
