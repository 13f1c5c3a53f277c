"""Cross-validate every trajectory model by game, and print the tables of docs/results.md.

python benchmarks/cross_validation.py .ghost/real --folds 0 --seeds 7 --models baselines,ridge_residual,ghost_net
python benchmarks/cross_validation.py .ghost/real            everything: 5 folds, 3 seeds, days on a laptop
python benchmarks/cross_validation.py .ghost/real --table    print what is there so far
python benchmarks/cross_validation.py .ghost/real --table --against ghost_net    and how the others differ from it

Needs a state folder with frame features (`make real DATA=...`). Every fold, seed and model is one file under
<home>/<into>, written when it is done: start the command again and it goes on with what is missing. A fold's
games are examined and never learned from, neither by a model nor by the ranking of its features, which is made anew for
every fold; what stops and calibrates a model are games set aside among the others.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from recipe import with_changes
from results import row

from ghost_pipeline.domain.split import FOLDS, folds_of
from ghost_pipeline.features.ranking import RankedFeatures
from ghost_pipeline.features.windows import Windows
from ghost_pipeline.models.baselines import BASELINES
from ghost_pipeline.models.cnn_lstm import CnnLstmConfig
from ghost_pipeline.models.evaluate import DEVELOPMENT_STEPS, TEN_STEPS, WHOLE_FLIGHT, Examination, Scored
from ghost_pipeline.models.fit import TrainPlan
from ghost_pipeline.models.forecast import AT_RELEASE, KNOWN_CONTEXT, Predictor
from ghost_pipeline.models.ghost_training import Recipe, train_ghost
from ghost_pipeline.models.moments import Moments
from ghost_pipeline.models.residual_models import fit_boosting, fit_ridge
from ghost_pipeline.models.train import cnn_lstm_plan, ghost_plan, rounds_of, split_inner, train_cnn_lstm
from ghost_pipeline.pipeline.learning import parts_of, school_moments, training_moments, training_windows
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.ranking import ranking_without
from ghost_pipeline.settings import Settings

HORIZONS = (5, 10, 15, 20, 25)
PAPER = {
    config.name + f" {config.protocol}": config
    for protocol in (KNOWN_CONTEXT, AT_RELEASE)
    for config in (
        CnnLstmConfig(protocol, relative=False, convolutions=False),
        CnnLstmConfig(protocol, relative=False),
        CnnLstmConfig(protocol, relative=False, joint=True),
        CnnLstmConfig(protocol, relative=False, social=True),
        CnnLstmConfig(protocol),
        CnnLstmConfig(protocol, social=True),
        CnnLstmConfig(protocol, mirror=True),
        CnnLstmConfig(protocol, mirror=True, residual=True),
        CnnLstmConfig(protocol, mirror=True, residual=True, social=True),
    )
}
GHOSTS = {
    "ghost_net": {},
    "ghost_net_3_frames": {"observed": 3},
    "ghost_net_no_linear_start": {"linear_start": False},
    "ghost_net_no_mirror": {"mirror": False},
    "ghost_net_flights_only": {"flights": 1.0},
    "ghost_net_from_release": {"before_throw": 0},
    "ghost_net_no_school": {"school": 0.0},
    "ghost_net_no_average": {"average_share": 0.0},
}
"""The recipe, and the recipe or the plan with one ingredient changed."""
OTHERS = ("baselines", "ridge_residual", "lightgbm_residual")
MODELS = (*OTHERS, *PAPER, *GHOSTS)


class Learning:
    """What one fold's models learn from, read when it is first needed."""

    def __init__(self, platform: Platform, fold: int, seed: int, seconds: int, members: int) -> None:
        self.platform, self.fold, self.seed, self.seconds, self.members = platform, fold, seed, seconds, members

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The features that a ranking without this fold chooses; kept beside the results, for it takes a minute."""
        path = self.platform.settings.home / "cross_validation" / f"ranking-without-fold{self.fold}.json"
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            new = path.with_suffix(".new")
            new.write_bytes(ranking_without(self.fold, self.platform).to_json())
            new.replace(path)
        return RankedFeatures.from_json(path.read_bytes()).chosen

    def other_games(self, game_id: np.ndarray) -> np.ndarray:
        return folds_of(game_id) != self.fold

    @cached_property
    def windows(self) -> Windows:
        windows = training_windows(self.platform, self.names, self.other_games, horizon=DEVELOPMENT_STEPS)
        return windows.take(windows.steps_left >= DEVELOPMENT_STEPS)

    @cached_property
    def moments(self) -> Moments:
        return training_moments(self.platform, self.names, self.seed, self.other_games)

    def school(self, recipe: Recipe, plan: TrainPlan) -> Moments | None:
        """Simulated moments, as the main job gives them to a model of real plays."""
        frames = round(recipe.school * plan.steps * plan.batch)
        return school_moments(self.names, self.seed, frames) if frames else None

    def train(self, model: str) -> list[Predictor]:
        """The predictors of a name in MODELS."""
        if model == "baselines":
            return list(BASELINES.values())
        if model == "ridge_residual":
            return [fit_ridge(self.windows, self.names)]
        if model == "lightgbm_residual":
            return [fit_boosting(self.windows, self.names, self.seed)]
        if model in PAPER:
            plan = cnn_lstm_plan(self.seconds, self.seed)
            return [train_cnn_lstm(*split_inner(self.windows), PAPER[model], plan, quiet)[0]]
        workers = self.platform.settings.thread_count
        plan = ghost_plan(self.seconds, self.seed, len(self.moments), rounds_of(self.members, workers))
        recipe, plan = with_changes(GHOSTS[model], Recipe(members=self.members), plan)
        school = self.school(recipe, plan)
        predictor, _ = train_ghost(self.moments, self.names, recipe, plan, quiet, workers=workers, school=school)
        named = replace(predictor, name=model)
        alone = replace(named, name=f"{model}, one network alone", members=named.members[:1])
        one_way = replace(named, name=f"{model}, mirror images not averaged", mirrored=False)
        return [named, named.known_context, one_way, *([alone] if len(named.members) > 1 else [])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, help="state folder, as .ghost/real")
    parser.add_argument("--folds", default=",".join(map(str, range(FOLDS))))
    parser.add_argument("--seeds", default="7,8,9")
    parser.add_argument("--models", default=",".join(MODELS), help=f"of {', '.join(MODELS)}")
    parser.add_argument("--seconds", type=int, default=1200, help="training budget of each model")
    parser.add_argument("--members", type=int, default=4)
    parser.add_argument("--into", default="cross_validation", help="folder of <home> that keeps the results")
    parser.add_argument("--table", action="store_true", help="print the tables of what is there")
    parser.add_argument(
        "--against", help="a model: print how the others differ from it on the folds and seeds both have"
    )
    given = parser.parse_args()
    platform, folder = Platform(Settings(home=given.home)), given.home / given.into
    if not given.table:
        folder.mkdir(exist_ok=True)
        for fold in map(int, given.folds.split(",")):
            for seed in map(int, given.seeds.split(",")):
                run(Learning(platform, fold, seed, given.seconds, given.members), given.models.split(","), folder)
    print_tables(folder)
    if given.against:
        print_differences(folder, given.against)


def run(learning: Learning, models: Sequence[str], folder: Path) -> None:
    """Train and examine what is not there yet."""
    for model in models:
        path = folder / f"{model.replace(' ', '@')}-fold{learning.fold}-seed{learning.seed}.npz"
        if path.exists():
            continue
        began, cpu = time.monotonic(), time.process_time()
        predictors = learning.train(model)
        trained, cpu = time.monotonic() - began, time.process_time() - cpu
        examination = Examination(predictors)
        examined = parts_of(learning.platform, learning.names, lambda game: ~learning.other_games(game))
        for windows, facts in examined:
            examination.add(windows, facts)
        save(examination, path)
        print(f"{path.stem}: trained in {trained:.0f} s, {cpu:.0f} CPU s", flush=True)


def save(examination: Examination, path: Path) -> None:
    arrays: dict[str, np.ndarray] = {}
    for kind, found in examination.collected.items():
        arrays[f"{kind}|game_id"] = np.concatenate(found.game_id)
        for name in found.slices[0]:
            arrays[f"{kind}|slice|{name}"] = np.concatenate([part[name] for part in found.slices])
        for model, protocol in found.scored:
            if len(found.scored[model, protocol]) == len(found.game_id):
                for field in fields(Scored):
                    values = getattr(found.whole((model, protocol)), field.name).astype(np.float32)
                    arrays[f"{kind}|scored|{model}|{protocol}|{field.name}"] = values
    new = path.with_suffix(".new.npz")
    np.savez_compressed(new, **arrays)  # type: ignore[arg-type]
    new.replace(path)


def merged(paths: Sequence[Path]) -> Examination:
    """All folds and seeds of one model as one examination."""
    whole = Examination([])
    for path in sorted(paths):
        with np.load(path) as file:
            arrays = dict(file)
        for kind, found in whole.collected.items():
            found.game_id.append(arrays[f"{kind}|game_id"])
            head = f"{kind}|slice|"
            found.slices.append({k.removeprefix(head): v for k, v in arrays.items() if k.startswith(head)})
            scored: dict[tuple[str, str], dict[str, np.ndarray]] = defaultdict(dict)
            for key, values in arrays.items():
                parts = key.split("|")
                if parts[:2] == [kind, "scored"]:
                    scored[parts[2], parts[3]][parts[4]] = values.astype(np.float64)
            for model, values in scored.items():
                found.scored.setdefault(model, []).append(Scored(**values))
    return whole


def print_tables(folder: Path) -> None:
    by_model: dict[str, list[Path]] = defaultdict(list)
    for path in folder.glob("*-fold*-seed*.npz"):
        by_model[path.stem.split("-fold")[0]].append(path)
    found = []
    for model, paths in sorted(by_model.items()):
        runs = ", ".join(sorted(path.stem.split("-fold")[1].replace("-seed", "/") for path in paths))
        print(f"{model}: fold/seed {runs}")
        found += merged(paths).table(seed=0).to_pylist()
    of_all = [r for r in found if r["slice"] == "all"]
    print_overall([r for r in of_all if r["windows"] == TEN_STEPS and r["step"] == 0])
    print_by_step(of_all)
    for kind in (TEN_STEPS, WHOLE_FLIGHT):
        print_slices([r for r in found if r["windows"] == kind and r["step"] == 0], kind)


def print_differences(folder: Path, against: str) -> None:
    """Joint RMSE of ten steps at_release less that of `against`, on the same paths, with the interval by game."""
    runs: dict[str, dict[str, Path]] = defaultdict(dict)
    for path in sorted(folder.glob("*-fold*-seed*.npz")):
        for name in names_in(path):
            runs[name][run_of(path)] = path
    reference = runs.pop(against)
    row(f"ten steps, at_release, against {against}", "folds and seeds", "difference of RMSE yd", "interval", head=True)
    for name, mine in sorted(runs.items()):
        if both := mine.keys() & reference.keys():
            examination = merged([reference[run] for run in both])
            examination.collected[TEN_STEPS].scored[name, "compared"] = (
                merged([mine[run] for run in both]).collected[TEN_STEPS].scored[name, AT_RELEASE]
            )
            difference = examination.rmse_difference(TEN_STEPS, (name, "compared"), (against, AT_RELEASE), seed=0)
            interval = f"{difference.low:+.4f} to {difference.high:+.4f}"
            row(name, str(len(both)), f"{difference.value:+.4f}", interval)


def names_in(path: Path) -> set[str]:
    """The models that a file scores at_release over ten steps."""
    with np.load(path) as file:
        parts = [key.split("|") for key in file.files]
    return {p[2] for p in parts if p[:2] == [TEN_STEPS, "scored"] and p[3] == AT_RELEASE}


def run_of(path: Path) -> str:
    """Fold and seed of a file."""
    return path.stem.split("-fold")[1]


def print_overall(rows: list[dict]) -> None:
    """Ten steps, all of them together."""
    head = (
        "RMSE yd",
        "interval",
        "coordinate RMSE",
        "ADE",
        "FDE",
        "median",
        "miss",
        "NLL",
        "in 50 %",
        "in 90 %",
        "superhuman",
    )
    row("ten steps", "protocol", "paths", *head, head=True)
    for r in sorted(rows, key=lambda r: r["rmse_yd"]):
        interval = f"{r['rmse_low_yd']:.3f} to {r['rmse_high_yd']:.3f}"
        yards = [f"{r[name]:.3f}" for name in ("coordinate_rmse_yd", "ade_yd", "fde_yd", "median_yd")]
        unsure = [form(r, "nll_nats", ".3f"), form(r, "coverage_50", ".1%"), form(r, "coverage_90", ".1%")]
        shares = [f"{r['miss_rate']:.1%}", *unsure, f"{r['superhuman_rate']:.2%}"]
        row(r["model"], r["protocol"], f"{r['n']:,}", f"{r['rmse_yd']:.3f}", interval, *yards, *shares)


def print_by_step(rows: list[dict]) -> None:
    for kind, measure in ((TEN_STEPS, "rmse_yd"), (WHOLE_FLIGHT, "rmse_yd"), (WHOLE_FLIGHT, "coverage_90")):
        of_kind = [r for r in rows if r["windows"] == kind]
        steps = [s for s in HORIZONS if any(r["step"] == s for r in of_kind)]
        row(f"{kind}, {measure}", "protocol", *(f"{s / 10:.1f} s" for s in steps), "all", head=True)
        for model in dict.fromkeys((r["model"], r["protocol"]) for r in sorted(of_kind, key=lambda r: r["rmse_yd"])):
            mine = {r["step"]: r for r in of_kind if (r["model"], r["protocol"]) == model}
            row(*model, *(form(mine.get(s, {}), measure, ".3f") for s in (*steps, 0)))


def print_slices(rows: list[dict], kind: str) -> None:
    models = list(dict.fromkeys((r["model"], r["protocol"]) for r in rows if r["model"] in (*GHOSTS, *BASELINES)))
    row(f"{kind}, RMSE yd by slice", *(" ".join(model) for model in models), head=True)
    for name in dict.fromkeys(r["slice"] for r in rows):
        found = {(r["model"], r["protocol"]): r for r in rows if r["slice"] == name}
        row(name, *(form(found.get(model, {}), "rmse_yd", ".3f") for model in models))


def form(values: dict, name: str, how: str) -> str:
    return "" if values.get(name) is None else format(values[name], how)


def quiet(*_: object) -> None:
    pass


if __name__ == "__main__":
    main()
