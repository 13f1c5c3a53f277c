"""Examination on the held-out games, and the gate: a new version becomes champion only when it is fit to replace it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.domain.result_schema import MODEL_ERRORS
from ghost_pipeline.domain.split import HELD_OUT_FOLD
from ghost_pipeline.errors import GhostError
from ghost_pipeline.models.baselines import BASELINES
from ghost_pipeline.models.card import model_card
from ghost_pipeline.models.cnn_lstm import CnnLstmPredictor
from ghost_pipeline.models.evaluate import TEN_STEPS, WHOLE_FLIGHT, Examination
from ghost_pipeline.models.forecast import AT_RELEASE, Predictor
from ghost_pipeline.models.ghost_predictor import GhostPredictor
from ghost_pipeline.pipeline.champion import GHOST, load_ghost
from ghost_pipeline.pipeline.learning import parts_of
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.provenance import provenance
from ghost_pipeline.pipeline.training import PAPER, SCENE_TABLES

IN_USE, BEFORE, REFUSED = "ghost_net", "ghost_net_before", "ghost_net_refused"
"""Names in `model_errors`: the version in use after the gate, the champion it replaced, and one that failed."""
EVALUATION, CARD = "evaluation.json", "card.md"
COVERAGE_OF_90 = (0.82, 0.97)
"""A 90 % region that holds less or more than this is no 90 % region; the goal is much narrower."""


@dataclass(frozen=True)
class Condition:
    """One thing that the gate asks, whether it holds, what was found. Without the essential ones nothing is used."""

    name: str
    holds: bool
    found: str
    essential: bool = True


@dataclass(frozen=True)
class Verdict:
    """What the gate says of a version."""

    version: str
    conditions: tuple[Condition, ...]

    @property
    def passed(self) -> bool:
        return all(condition.holds for condition in self.conditions)

    @property
    def usable(self) -> bool:
        """Whether it is better than nothing, where there is no champion yet."""
        return all(condition.holds for condition in self.conditions if condition.essential)

    @property
    def reason(self) -> str:
        """Everything that was found, or what failed."""
        said = [c for c in self.conditions if self.passed or not c.holds]
        return "; ".join(f"{condition.name}: {condition.found}" for condition in said)


@dataclass(frozen=True)
class Examined:
    """Errors on the held-out games, and what the gate says of the version."""

    errors: pa.Table
    verdict: Verdict


def examine(platform: Platform, version: str) -> Examined:
    """Judge a ghost version on the held-out games beside all others; make it champion when it passes the gate, unless
    people have taken it back before. A first version is used although its regions fail: the check still says so.

    The champion is examined on the same games in the same run, so that the two can be compared path by path.
    """
    artifacts = platform.artifacts
    candidate, champion = load_ghost(artifacts, version), _champion(platform, version)
    paper = [CnnLstmPredictor.from_files(artifacts.load(name).files) for name in PAPER]
    predictors: list[Predictor] = [*BASELINES.values(), *paper, candidate, candidate.known_context]
    predictors += [champion] if champion else []
    examination = Examination(predictors)
    history = max(p.observed for p in predictors if isinstance(p, GhostPredictor))
    for windows, facts in parts_of(platform, candidate.names, history=history):
        examination.add(windows, facts)
    errors = examination.table(platform.settings.seed)
    verdict = Verdict(version, tuple(gate(examination, errors, champion is not None, platform.settings.seed)))
    is_first = artifacts.champion(GHOST) is None and verdict.usable
    errors = _named(errors, verdict.passed)
    platform.partitions.write(MODEL_ERRORS, errors)
    _attach(platform, verdict, errors)
    if artifacts.champion(GHOST) != version and version not in artifacts.withdrawn(GHOST):
        if verdict.passed:
            artifacts.promote(GHOST, version, verdict.reason)
        elif is_first:
            artifacts.promote(GHOST, version, f"the first, though the gate found: {verdict.reason}")
    return Examined(errors, verdict)


def gate(examination: Examination, errors: pa.Table, has_champion: bool, seed: int) -> Sequence[Condition]:
    """What a candidate must fulfil: better than physics, not worse than the champion, honest regions, human steps."""
    conditions = []
    for windows in (TEN_STEPS, WHOLE_FLIGHT):
        ours = rmse_yd(errors, IN_USE, windows)
        blind = min(rmse_yd(errors, name, windows) for name in ("constant_velocity", "constant_acceleration"))
        found = f"joint RMSE {ours:.3f} yd, the better of constant velocity and acceleration {blind:.3f} yd"
        conditions.append(Condition(f"beats physics on {windows}", ours < blind, found))
        row = overall(errors, IN_USE, windows)
        low, high = COVERAGE_OF_90
        inside = row["coverage_90"]
        found = f"{inside:.1%} inside, {low:.0%} to {high:.0%} asked for"
        conditions.append(Condition(f"90 % regions on {windows}", low <= inside <= high, found, essential=False))
        rate = row["superhuman_rate"]
        conditions.append(Condition(f"human steps on {windows}", rate == 0, f"{rate:.2%} superhuman"))
        if has_champion:
            worse = examination.rmse_difference(windows, (IN_USE, AT_RELEASE), (BEFORE, AT_RELEASE), seed)
            found = f"joint RMSE {worse.value:+.3f} yd [{worse.low:+.3f}, {worse.high:+.3f}] against the champion's"
            conditions.append(Condition(f"not worse than the champion on {windows}", worse.low <= 0, found))
    return conditions


def _champion(platform: Platform, candidate: str) -> GhostPredictor | None:
    """The champion under the name BEFORE; None without one, or when it is the candidate or cannot be compared.

    A champion with other features cannot see the candidate's windows, and one of other code cannot be read: then the
    candidate has only physics to beat.
    """
    version = platform.artifacts.champion(GHOST)
    if version in (None, candidate):
        return None
    try:
        champion = load_ghost(platform.artifacts, version)
    except GhostError:
        return None
    names = load_ghost(platform.artifacts, candidate).names
    return replace(champion, name=BEFORE) if champion.names == names else None


def _named(errors: pa.Table, passed: bool) -> pa.Table:
    """After a failure the champion is what is in use, and the candidate is named as refused."""
    names = errors["model"].to_pylist()
    if not passed:
        has_champion = BEFORE in names
        names = [{IN_USE: REFUSED if has_champion else IN_USE, BEFORE: IN_USE}.get(name, name) for name in names]
    return errors.set_column(errors.column_names.index("model"), errors.schema.field("model"), pa.array(names))


def _attach(platform: Platform, verdict: Verdict, errors: pa.Table) -> None:
    """Put evaluation and card beside the version."""
    name = IN_USE if verdict.passed or REFUSED not in errors["model"].to_pylist() else REFUSED
    evaluation = {
        **provenance(platform, SCENE_TABLES),
        "games": f"fold {HELD_OUT_FOLD} of a hash of the game id: nobody learned from them",
        "passed": verdict.passed,
        "conditions": [asdict(condition) for condition in verdict.conditions],
        "errors": {
            f"{row['windows']}/{row['protocol']}/{row['slice']}": {k: v for k, v in row.items() if k not in _KEYS}
            for row in errors.to_pylist()
            if row["model"] == name and row["step"] == 0
        },
    }
    artifacts = platform.artifacts
    artifacts.attach(GHOST, verdict.version, EVALUATION, json.dumps(evaluation, indent=1, sort_keys=True).encode())
    config = json.loads(artifacts.load(GHOST, verdict.version).files["config.json"])
    card = model_card(verdict.version, artifacts.facts(GHOST, verdict.version), config, evaluation)
    artifacts.attach(GHOST, verdict.version, CARD, card.encode())


_KEYS = {"model", "protocol", "windows", "slice", "step"}


def evaluation_of(platform: Platform, version: str) -> dict[str, Any] | None:
    """What the examination of a ghost version found, or None before it."""
    found = platform.artifacts.attached(GHOST, version, EVALUATION)
    return json.loads(found) if found else None


def overall(
    errors: pa.Table, model: str, windows: str, protocol: str = AT_RELEASE, step: int = 0, slice_: str = "all"
) -> Mapping[str, Any]:
    """The row of one model on the held-out defensive backs, all steps together or one of them."""
    wanted = {"model": model, "protocol": protocol, "windows": windows, "slice": slice_, "step": step}
    rows = errors
    for column, value in wanted.items():
        rows = rows.filter(pc.equal(rows[column], value))
    return rows.to_pylist()[0]


def rmse_yd(errors: pa.Table, model: str, windows: str, protocol: str = AT_RELEASE) -> float:
    """Joint RMSE over all steps of one model on all held-out defensive backs."""
    return overall(errors, model, windows, protocol)["rmse_yd"]
