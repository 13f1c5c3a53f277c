"""Progress, agreement and what the ratings are good for so far."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from ghost_pipeline.domain.rating import ACTUAL, MODEL, QUESTIONABLE, Rating
from ghost_pipeline.models.calibration import NAME, reason_not_to_learn
from ghost_pipeline.pipeline.calibrating import read_rated
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.review.agreement import (
    Agreement,
    Measured,
    alpha,
    between_raters,
    controls,
    standing,
    with_themselves,
)

LEAST_SHOWN = 10
"""Controls of each kind below which their shares are not shown: they would say nothing, and could sway who rates."""


def show_agreement(platform: Platform, ratings: Sequence[Rating]) -> None:
    """Draw the page for all ratings of the store."""
    kept = standing(ratings)
    if not kept:
        st.info("Nobody has rated yet.")
        return
    st.subheader("Progress")
    given = Counter(one.rater for one in kept)
    doubts = Counter(one.rater for one in kept if one.verdict == QUESTIONABLE)
    rows = [
        {"Expert": who, "Ratings": n, "Questionable": _percent(doubts[who] / n)} for who, n in sorted(given.items())
    ]
    whole = {"Expert": "all", "Ratings": len(kept), "Questionable": _percent(doubts.total() / len(kept))}
    _table([*rows, whole])
    st.markdown(_use(platform))

    st.subheader("Agreement")
    found = alpha(kept)
    st.markdown(
        "It can be told as soon as two experts have rated the same paths, and not all alike."
        if found is None
        else f"Krippendorff's alpha of all experts: **{_with_interval(found, '.2f')}** "
        "(1 is full agreement, 0 is chance; in brackets the 95 % interval, games drawn)."
    )
    _agreements("Experts", between_raters(kept))
    _agreements("An expert and himself, when a clip came back", with_themselves(kept))

    st.subheader("Controls")
    drawn = controls(kept)
    if min(share.ratings for share in drawn) < LEAST_SHOWN:
        st.markdown(f"Shown from {LEAST_SHOWN} verdicts on each kind of path drawn by chance.")
        return
    st.markdown("Of paths that were drawn by chance, and of whose kind nobody was told:")
    names = {ACTUAL: "really run", MODEL: "predicted"}
    _table(
        [
            {"Path": names[one.kind], "Ratings": one.ratings, "Questionable": _with_interval(one.share, ".0%")}
            for one in drawn
        ]
    )


def _use(platform: Platform) -> str:
    """What the ratings do now."""
    if reason := reason_not_to_learn(rated := read_rated(platform)):
        return reason
    version = platform.artifacts.champion(NAME)
    if version is None:
        return (
            f"{len(rated)} ratings are enough to try a calibrated score: `ghost refresh` does, or the asset `{NAME}`."
        )
    facts = platform.artifacts.facts(NAME, version)
    low, high = facts["auc_interval"]
    return (
        f"The score in use was calibrated to {facts['ratings']} ratings (there are {len(rated)} now). On plays that it "
        f"had not seen it agrees with the experts with AUC {facts['auc']:.3f} [{low:.3f}, {high:.3f}], uncalibrated "
        f"{facts['auc_uncalibrated']:.3f}."
    )


def _agreements(title: str, found: Sequence[Agreement]) -> None:
    if found:
        _table(
            [
                {
                    title: one.who,
                    "Paths": one.paths,
                    "Equal": _with_interval(one.equal, ".0%"),
                    "Cohen's kappa": _with_interval(one.kappa, ".2f"),
                }
                for one in found
            ]
        )


def _with_interval(found: Measured | None, form: str) -> str:
    """As '0.50 [0.21, 0.74]'; without the brackets while all paths are of one game."""
    if found is None:
        return "–"
    ends = "" if math.isnan(found.low) else f" [{found.low:{form}}, {found.high:{form}}]"
    return f"{found.value:{form}}{ends}".replace("-", "−")


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _table(rows: Sequence[dict[str, Any]]) -> None:
    """Texts are shown as they are, not as Markdown: names come from outside."""
    st.table(pd.DataFrame([{name: _plain(value) for name, value in row.items()} for row in rows]), hide_index=True)


def _plain(value: Any) -> Any:
    return _MARKS.sub(r"\\\1", value) if isinstance(value, str) else value


_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+!|~:$])")
