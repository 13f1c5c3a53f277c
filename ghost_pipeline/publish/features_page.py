"""Which candidate features matter, by three measures, and which were chosen for the ghost model."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ghost_pipeline.features.definitions import FRAME_FEATURES
from ghost_pipeline.publish import ranking_charts
from ghost_pipeline.publish.html import Grid, Heading, Row, cells, grid, render
from ghost_pipeline.publish.inputs import SiteData

if TYPE_CHECKING:
    from ghost_pipeline.features.ranking import RankedFeatures  # which loads LightGBM


def features_page(data: SiteData) -> bytes:
    """Importance, stability, error by set size, families of correlated groups, and every group in a table."""
    ranked = data.ranked_features
    if ranked is None:
        return render("features.html", "Features", facts=data.facts, ranked=None)
    return render(
        "features.html",
        "Features",
        facts=data.facts,
        ranked=ranked,
        measures=ranking_charts.three_measures(ranked),
        curve=ranking_charts.error_by_feature_count(ranked.curve, len(ranked.chosen), ranked.tolerance),
        stability=ranking_charts.stability(ranked),
        families=ranking_charts.families(ranked) if ranked.families else None,
        horizons=_horizon_table(ranked),
        groups=_group_table(ranked),
    )


def _horizon_table(ranked: "RankedFeatures") -> Grid:
    headings = (
        Heading("horizon", "Ahead"),
        Heading("rows", "Rows", "count"),
        Heading("constant_velocity_yd", "Constant velocity, yd", "three"),
        Heading("all_yd", "All candidates, yd", "three"),
        Heading("chosen_yd", "Chosen, yd", "three"),
    )
    return grid("horizons", "RMSE on left-out games", headings, [asdict(one) for one in ranked.horizons])


def _group_table(ranked: "RankedFeatures") -> Grid:
    headings = (
        Heading("name", "Group"),
        Heading("is_chosen", "Chosen", is_filter=True),
        Heading("importance", "Importance", "tenth_percent", "Mean of the three measures as shares."),
        Heading("gain", "Gain", "tenth_percent", "Share of what the splits take off the training loss."),
        Heading("permutation", "Permutation", "tenth_change", "Growth of the error with the group shuffled."),
        Heading("shap", "SHAP", "tenth_percent", "Share of the mean absolute contribution."),
        Heading("family", "Family", about="Groups that say nearly the same."),
        Heading("meaning", "Meaning"),
    )
    meaning = {feature.name: feature.formula for feature in FRAME_FEATURES}
    family = {name: one.members[0] for one in ranked.families for name in one.members}
    rows = []
    for group in sorted(ranked.groups, key=lambda one: -one.importance):
        is_chosen = group.name in ranked.chosen_groups
        record: dict[str, Any] = {
            **asdict(group),
            "is_chosen": "yes" if is_chosen else "no",
            "family": f"{family[group.name]} …" if group.name in family else None,
            "meaning": meaning[group.features[0]].removeprefix("along the field: "),
        }
        links = {"name": f"dictionary.html#frame_features.{group.features[0]}"}
        rows.append(Row(tuple(cells(record, headings, links)), "best" if is_chosen else ""))
    return Grid("groups", "Every group of candidates", headings, tuple(rows), is_live=True)
