"""Training learns, is repeatable, chooses by the games set aside and never needs the held-out ones."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from passes_by_hand import straight_passes
from pursuit_passes import pursuit_passes

from ghost_pipeline.domain.counterfactual import actual_aim
from ghost_pipeline.domain.scene import Scenes
from ghost_pipeline.errors import GhostError
from ghost_pipeline.features.windows import Windows, make_windows
from ghost_pipeline.models.baselines import BASELINES
from ghost_pipeline.models.cnn_lstm import CnnLstmConfig
from ghost_pipeline.models.evaluate import evaluate
from ghost_pipeline.models.fit import Keeper, TrainPlan, fit
from ghost_pipeline.models.forecast import Predictor
from ghost_pipeline.models.ghost_training import Recipe, flight_share, train_ghost
from ghost_pipeline.models.moments import Moments, concatenate, flights, free_runs
from ghost_pipeline.models.residual_models import fit_boosting, fit_ridge
from ghost_pipeline.models.slices import aim_facts
from ghost_pipeline.models.train import cnn_lstm_plan, ghost_plan, rounds_of, split_inner, train_cnn_lstm

NAMES = ["velocity_x_yd_s", "velocity_y_yd_s", "needed_velocity_x_yd_s", "needed_velocity_y_yd_s"]
PLAN = TrainPlan(steps=60, batch=32, learning_rate=5e-3, average_share=0.1, looks=4, seed=3)
RECIPE = Recipe(observed=3, width=32, layers=2, members=1, flights=0.9, before_throw=4)
SEEN, UNSEEN = pursuit_passes(60), pursuit_passes(30, seed=9)


@pytest.fixture(scope="module")
def moments() -> Moments:
    return concatenate([flights(SEEN, actual_aim(SEEN), NAMES), free_runs(SEEN, NAMES)])


@pytest.fixture(scope="module")
def windows() -> Windows:
    return windows_of(SEEN)


def windows_of(scenes: Scenes) -> Windows:
    return make_windows(scenes, actual_aim(scenes), NAMES, horizon=16)


def quiet(label: str, done: int, of: int) -> None:
    pass


def rmse_yd(predictor: Predictor) -> float:
    """On passes that nobody learned from."""
    row = evaluate([predictor], [(windows_of(UNSEEN), aim_facts(UNSEEN, actual_aim(UNSEEN)))]).to_pylist()[0]
    assert (row["windows"], row["slice"], row["step"]) == ("ten_steps", "all", 0)
    return row["rmse_yd"]


def test_the_ghost_network_learns_what_physics_cannot_know(moments: Moments):
    seen: list[tuple[str, int, int]] = []
    predictor, (log,) = train_ghost(
        moments, NAMES, RECIPE, replace(PLAN, steps=150, learning_rate=1e-2), lambda *said: seen.append(said)
    )
    physics = min(rmse_yd(baseline) for name, baseline in BASELINES.items() if name != "pursuit")
    assert rmse_yd(predictor) < 0.75 * physics
    assert log.looks[-1].inner_rmse_yd < log.looks[0].inner_rmse_yd
    assert log.best_step == min(log.looks, key=lambda look: look.inner_rmse_yd).step
    assert not log.stopped_by_clock
    assert seen[-1] == ("train ghost_net 1 of 1", 150, 150)


def test_a_network_that_was_at_school_goes_on_from_there(moments: Moments):
    """Few plays of one's own are not enough; the school's are of the same game."""
    few = moments.take(np.isin(moments.game_id, np.unique(moments.game_id)[:3]))
    plan = replace(PLAN, steps=200, learning_rate=1e-2)
    seen: list[str] = []
    taught, (log,) = train_ghost(few, NAMES, RECIPE, plan, lambda label, *_: seen.append(label), school=moments)
    alone, _ = train_ghost(few, NAMES, RECIPE, plan, quiet)
    assert rmse_yd(taught) < 0.95 * rmse_yd(alone)
    assert list(dict.fromkeys(seen)) == ["train ghost_net 1 of 1, at school", "train ghost_net 1 of 1"]
    assert log.looks[-1].step == 60, "the school's steps are part of the plan"


def test_regions_hold_what_they_say_after_calibration(moments: Moments):
    predictor, _ = train_ghost(moments, NAMES, replace(RECIPE, members=2), PLAN, quiet)
    row = evaluate([predictor], [(windows_of(UNSEEN), aim_facts(UNSEEN, actual_aim(UNSEEN)))]).to_pylist()[0]
    assert 0.8 < row["coverage_90"] < 0.98


def test_same_seed_same_weights_on_any_number_of_workers(moments: Moments):
    plan, recipe = replace(PLAN, steps=6), replace(RECIPE, members=2)
    one, again, other = (
        train_ghost(moments, NAMES, recipe, replace(plan, seed=seed), quiet, workers=workers)[0].to_files()
        for seed, workers in ((1, 1), (1, 2), (2, 2))
    )
    assert one == again
    assert one["weights.safetensors"] != other["weights.safetensors"]


def test_few_flights_are_mixed_with_whole_plays():
    assert [flight_share(flights) for flights in (1, 170, 300, 400, 18_000)] == [0.35, 0.425, 0.75, 1.0, 1.0]


@pytest.mark.parametrize("recipe", [replace(RECIPE, mirror=False), replace(RECIPE, flights=1.0)])
def test_ingredients_can_be_left_out(moments: Moments, recipe: Recipe):
    plan = replace(PLAN, steps=6, looks=1)
    whole, less = (train_ghost(moments, NAMES, one, plan, quiet)[0].to_files() for one in (RECIPE, recipe))
    assert whole["weights.safetensors"] != less["weights.safetensors"]


@pytest.mark.parametrize("steps", [1, 2, 10])
def test_very_short_plans_work(moments: Moments, steps: int):
    _, (log,) = train_ghost(moments, NAMES, RECIPE, replace(PLAN, steps=steps), quiet)
    assert log.looks[-1].step == steps


def test_each_member_sets_other_games_aside(moments: Moments):
    _, (one, other) = train_ghost(moments, NAMES, replace(RECIPE, members=2), replace(PLAN, steps=1), quiet)
    assert one.best_rmse_yd != other.best_rmse_yd


def test_learning_ends_with_the_best_average_of_the_inner_fold():
    """The error rises after the second look, so that the weights of the second look are kept."""
    network, errors, kept = torch.nn.Linear(1, 1), iter([3.0, 1.0, 2.0]), []

    def inner_rmse_yd(average: torch.nn.Module) -> float:
        kept.append(average.get_parameter("weight").item())
        return next(errors)

    def loss_of(done: float, generator: torch.Generator) -> torch.Tensor:
        return network(torch.ones(4, 1)).square().mean()

    plan = TrainPlan(steps=9, batch=4, learning_rate=0.1, looks=3)
    log = fit(network, plan, loss_of, inner_rmse_yd, quiet, "line")
    assert [look.step for look in log.looks] == [3, 6, 9]
    assert log.best_step == 6
    assert network.weight.item() == kept[1] != kept[2]


def test_a_training_goes_on_from_its_checkpoint():
    """Stopped by the clock after one step, it ends with the weights of a training that was not stopped."""
    kept: list[bytes] = []
    weights = []
    for limits in ((600.0,), (0.0, 600.0)):
        kept.clear()
        keeper = Keeper(lambda: kept[-1] if kept else None, kept.append)
        torch.manual_seed(0)
        network = torch.nn.Linear(3, 1)

        def loss_of(done: float, generator: torch.Generator, network: torch.nn.Module = network) -> torch.Tensor:
            return (network(torch.randn(8, 3, generator=generator)) - 2).square().mean()

        for limit in limits:
            plan = TrainPlan(steps=12, batch=8, learning_rate=0.1, looks=12, clock_limit_s=limit)
            log = fit(
                network, plan, loss_of, lambda n: n.get_parameter("bias").square().sum().item(), quiet, "line", keeper
            )
            with torch.no_grad():
                network.weight.add_(1)  # what is in memory is not what training goes on from
        assert [look.step for look in log.looks] == list(range(1, 13))
        weights.append(log)
    assert [look.inner_rmse_yd for look in weights[0].looks] == [look.inner_rmse_yd for look in weights[1].looks]


def test_the_clock_is_a_guard_that_is_reported(moments: Moments):
    predictor, (log,) = train_ghost(moments, NAMES, RECIPE, replace(PLAN, clock_limit_s=0.0), quiet)
    assert log.stopped_by_clock
    assert [look.step for look in log.looks] == [1]
    assert np.isfinite(rmse_yd(predictor))


@pytest.mark.parametrize(
    "config",
    [
        CnnLstmConfig(),
        CnnLstmConfig(mirror=True, residual=True),
        CnnLstmConfig(social=True, joint=True),
        CnnLstmConfig(convolutions=False),
    ],
    ids=lambda config: config.name,
)
def test_the_models_of_the_paper_learn(windows: Windows, config: CnnLstmConfig):
    training, inner = split_inner(windows)
    plan = replace(PLAN, steps=150, batch=64, learning_rate=1e-2)
    predictor, log = train_cnn_lstm(training, inner, config, plan, quiet)
    assert rmse_yd(predictor) < 0.5 * rmse_yd(BASELINES["stand_still"])
    assert log.looks[-1].inner_rmse_yd < log.looks[0].inner_rmse_yd


def test_regression_and_boosting_gain_on_their_prior(windows: Windows):
    prior = rmse_yd(BASELINES["damped_acceleration"])
    training = windows.take(windows.steps_left >= 10)
    ten = replace(training, future_xy=training.future_xy[:, :, :10])
    assert rmse_yd(fit_ridge(ten, NAMES)) < 0.8 * prior
    assert rmse_yd(fit_boosting(ten, NAMES, seed=0)) < 0.8 * prior


def test_missing_samples_are_not_learned_from(windows: Windows):
    holed_scenes = replace(SEEN, xy=SEEN.xy.copy())
    holed_scenes.xy[::9, 11] = np.nan
    moments = concatenate([flights(holed_scenes, actual_aim(SEEN), NAMES), free_runs(holed_scenes, NAMES)])
    holed = replace(windows, future_xy=windows.future_xy.copy())
    holed.future_xy[::3, 11, 4] = np.nan
    plan = replace(PLAN, steps=6, looks=1)
    ghost, _ = train_ghost(moments, NAMES, RECIPE, plan, quiet)
    paper, _ = train_cnn_lstm(*split_inner(holed), CnnLstmConfig(), plan, quiet)
    assert np.isfinite([rmse_yd(ghost), rmse_yd(paper)]).all()


def test_a_loss_that_is_no_number_ends_training():
    network = torch.nn.Linear(1, 1)

    def loss_of(done: float, generator: torch.Generator) -> torch.Tensor:
        return network(torch.full((4, 1), torch.nan)).mean()

    with pytest.raises(GhostError, match=r"line: loss nan and inner error 1\.0 at step 1 "):
        fit(network, TrainPlan(2, 4, 0.1, looks=2), loss_of, lambda _: 1.0, quiet, "line")


def test_games_set_aside_are_not_learned_from(windows: Windows):
    training, inner = split_inner(windows)
    assert not set(inner.game_id) & set(training.game_id)
    assert len(training) + len(inner) == len(windows)


def test_too_few_games_are_named():
    scenes = straight_passes(3, games=1)
    with pytest.raises(GhostError, match=r"none of the 1 games .* land more games"):
        split_inner(make_windows(scenes, actual_aim(scenes), NAMES))
    with pytest.raises(GhostError, match="land more games"):
        train_ghost(flights(scenes, actual_aim(scenes), NAMES), NAMES, RECIPE, PLAN, quiet)


def test_a_budget_gives_the_same_number_of_steps_everywhere():
    assert ghost_plan(100, 7, moments=25_000).steps == 2000
    assert ghost_plan(100, 7, moments=25_000, rounds=2).steps == 1000
    assert cnn_lstm_plan(1000, 7).steps == 3000


def test_rounds_of_members():
    assert [rounds_of(members, workers=2) for members in (1, 2, 3, 4)] == [1, 1, 2, 2]
    assert rounds_of(2, workers=16) == 1


def test_few_moments_are_not_passed_over_for_ever():
    assert ghost_plan(100, 7, moments=1600).steps == 1500
    assert ghost_plan(100, 7, moments=1).steps == 1


def test_an_empty_plan_is_refused():
    with pytest.raises(GhostError, match="at least one step"):
        TrainPlan(steps=0, batch=4, learning_rate=0.1)
