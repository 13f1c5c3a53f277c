"""Tries changes of the ghost network's recipe: one member each, judged on the games that it sets aside to stop on.

    python benchmarks/recipe.py .ghost/real --steps 2400 "" flights=1.0 learning_rate=3e-3 observed=3,width=48

Every change is a list of fields of `Recipe` or `TrainPlan`; an empty one is the recipe as it is. Neither is the mean of
members and mirror images taken, so errors are higher than a whole model's. The held-out games are not looked at. Prints
the least and the last error and the CPU seconds of each.
"""

import argparse
import time
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import yaml

from ghost_pipeline.models.fit import TrainPlan
from ghost_pipeline.models.ghost_training import Recipe, train_ghost
from ghost_pipeline.models.train import ghost_plan
from ghost_pipeline.pipeline.learning import school_moments, training_moments
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.ranking import load_ranked
from ghost_pipeline.pipeline.training import budget_of
from ghost_pipeline.settings import Settings


def changed(text: str, recipe: Recipe, plan: TrainPlan) -> tuple[Recipe, TrainPlan]:
    """Recipe and plan with the fields that `text` sets. Exits when there is no such field."""
    wanted = {
        name: yaml.safe_load(value) for name, _, value in (part.partition("=") for part in text.split(",") if part)
    }
    types = {name: type(value) for name, value in {**asdict(recipe), **asdict(plan)}.items()}
    if unknown := sorted(wanted.keys() - types.keys()):
        raise SystemExit(f"{', '.join(unknown)}: no field of the recipe or the plan; these are: {', '.join(types)}")
    return with_changes({name: types[name](value) for name, value in wanted.items()}, recipe, plan)


def with_changes(values: Mapping[str, Any], recipe: Recipe, plan: TrainPlan) -> tuple[Recipe, TrainPlan]:
    """Recipe and plan with these values of their fields."""
    of_recipe = {field.name for field in fields(Recipe)}
    return (
        replace(recipe, **{name: value for name, value in values.items() if name in of_recipe}),
        replace(plan, **{name: value for name, value in values.items() if name not in of_recipe}),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, help="state folder of a finished refresh, such as .ghost/real")
    parser.add_argument("changes", nargs="+", help="what to change, such as flights=1.0,mirror=false")
    parser.add_argument("--steps", type=int, default=2400, help="steps of each training (default 2400)")
    given = parser.parse_args()
    platform = Platform(Settings(home=given.home))
    names = load_ranked(platform).chosen
    moments = training_moments(platform, names, platform.settings.seed)
    school = None
    if budget_of(platform).school:
        school = school_moments(names, platform.settings.seed, given.steps * 64)
    base = replace(ghost_plan(3600, platform.settings.seed, len(moments)), steps=given.steps)
    for change in given.changes:
        recipe, plan = changed(change, Recipe(members=1), base)
        began = time.process_time()
        _, (log,) = train_ghost(moments, names, recipe, plan, lambda *_: None, school=school if recipe.school else None)
        last = log.looks[-1]
        print(
            f"{change or 'the recipe'}: least {log.best_rmse_yd:.4f} yd at step {log.best_step}, "
            f"last {last.inner_rmse_yd:.4f} at {last.step}, {time.process_time() - began:.0f} CPU s",
            flush=True,
        )


if __name__ == "__main__":
    main()
