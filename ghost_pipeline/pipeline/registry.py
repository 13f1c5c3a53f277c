"""What people ask of the versions of the ghost model."""

from dataclasses import replace
from typing import Any

from ghost_pipeline.errors import GhostError, MissingObjectError
from ghost_pipeline.models.evaluate import TEN_STEPS, WHOLE_FLIGHT, Examination
from ghost_pipeline.models.forecast import AT_RELEASE
from ghost_pipeline.pipeline.champion import GHOST, load_ghost
from ghost_pipeline.pipeline.examination import CARD, evaluation_of, rmse_yd
from ghost_pipeline.pipeline.learning import parts_of
from ghost_pipeline.pipeline.platform import Platform

SHOWN = ("rmse_yd", "rmse_low_yd", "rmse_high_yd", "coverage_90")


def listed(platform: Platform) -> list[dict[str, Any]]:
    """All versions, the newest first: facts and, where they were examined, errors over ten steps at_release."""
    artifacts, champion = platform.artifacts, platform.artifacts.champion(GHOST)
    rows = []
    for version in artifacts.versions(GHOST):
        facts, evaluation = artifacts.facts(GHOST, version), evaluation_of(platform, version)
        errors = evaluation["errors"].get(f"{TEN_STEPS}/{AT_RELEASE}/all", {}) if evaluation else {}
        rows.append(
            {
                "version": version,
                "is_champion": version == champion,
                "passed": evaluation["passed"] if evaluation else None,
                **{name: errors.get(name) for name in SHOWN},
                **{name: facts.get(name) for name in ("made_at", "code_version", "seed")},
            }
        )
    return sorted(rows, key=lambda row: row["made_at"], reverse=True)


def described(platform: Platform, version: str = "") -> dict[str, Any]:
    """Facts, evaluation and card of a version or of the champion. Raises MissingObjectError before its examination."""
    artifacts = platform.artifacts
    whole = _version(platform, version) if version else artifacts.load(GHOST).version
    card = artifacts.attached(GHOST, whole, CARD)
    if card is None:
        raise MissingObjectError(f"version {whole} has not been examined yet: run `ghost refresh`")
    return {
        "version": whole,
        "facts": artifacts.facts(GHOST, whole),
        "evaluation": evaluation_of(platform, whole),
        "card": card.decode(),
    }


def compared(platform: Platform, one: str, other: str) -> list[dict[str, Any]]:
    """Joint RMSE of two versions on the same held-out paths, and of their difference with its interval.

    Raises GhostError when they do not read the same features.
    """
    names = {"one": _version(platform, one), "other": _version(platform, other)}
    models = {name: replace(load_ghost(platform.artifacts, version), name=name) for name, version in names.items()}
    if models["one"].names != models["other"].names:
        raise GhostError(f"{names['one']} and {names['other']} read different features and see different windows")
    examination = Examination(list(models.values()))
    for windows, facts in parts_of(platform, models["one"].names):
        examination.add(windows, facts)
    errors, seed = examination.table(platform.settings.seed), platform.settings.seed
    rows = []
    for kind in (TEN_STEPS, WHOLE_FLIGHT):
        difference = examination.rmse_difference(kind, ("one", AT_RELEASE), ("other", AT_RELEASE), seed)
        rows.append(
            {
                "windows": kind,
                "one_rmse_yd": rmse_yd(errors, "one", kind),
                "other_rmse_yd": rmse_yd(errors, "other", kind),
                "difference_yd": difference.value,
                "low_yd": difference.low,
                "high_yd": difference.high,
            }
        )
    return rows


def promoted(platform: Platform, version: str, reason: str, despite_gate: bool = False) -> str:
    """Make a version champion and return its name. Raises GhostError when the gate did not pass it."""
    whole = _version(platform, version)
    evaluation = evaluation_of(platform, whole)
    if not despite_gate and not (evaluation and evaluation["passed"]):
        failed = [c for c in evaluation["conditions"] if not c["holds"]] if evaluation else []
        why = "; ".join(f"{c['name']}: {c['found']}" for c in failed) or "it has not been examined"
        raise GhostError(f"the gate did not pass {whole} ({why}); --despite-gate promotes it all the same")
    platform.artifacts.promote(GHOST, whole, reason)
    return whole


def _version(platform: Platform, start: str) -> str:
    """The only version that starts so. Raises MissingObjectError naming those there are."""
    versions = platform.artifacts.versions(GHOST)
    found = [version for version in versions if version.startswith(start)]
    if len(found) != 1:
        many = f"{len(found)} versions start with {start}" if found else f"no version starts with {start}"
        raise MissingObjectError(f"{many}; there are {', '.join(sorted(versions)) or 'none'}")
    return found[0]
