"""The page docs/features.md, written from the definitions.

`python -m ghost_pipeline.features.described` after a change of a feature; a test holds the committed page to this.
"""

from ghost_pipeline.features.definitions import FRAME_FEATURES, NEEDS, FrameFeature
from ghost_pipeline.settings import PROJECT_DIR

PAGE = PROJECT_DIR / "docs" / "features.md"

_OPENING = f"""# Candidate features

{len(FRAME_FEATURES)} numbers per player and frame, from the snap to the arrival of the pass, in
`features/frame_features` (one Parquet object per season-week). They are declared in
`ghost_pipeline/features/definitions.py`, worked out by one compiled pass (`features/kernel.py`) that training and
what-ifs share, and ranked by LightGBM; the ghost model reads only those that the ranking chose.

All can be worked out from positions alone. Velocity is the source's speed and direction where it has them, else the
backward difference of the positions (docs/adr/0003). No feature looks at a later frame. What else it takes:

"""
_CONVENTIONS = """
A number that a player's earlier frames do not allow is null: lags in a play's first frames, facing where the source has
none. x runs along the field toward the goal that the offence attacks, y across it to the offence's left. When left and
right are swapped the numbers marked ± change their sign and no other number changes.

| feature | unit | what it is | source | needs | ± |
|---|---|---|---|---|---|
"""


def features_page() -> str:
    """The Markdown of the page."""
    needs = "".join(f"- **{name}**: {meaning};\n" for name, meaning in NEEDS.items())
    return _OPENING + needs.removesuffix(";\n") + ".\n" + _CONVENTIONS + "".join(map(_row, FRAME_FEATURES))


def _row(feature: FrameFeature) -> str:
    sign = "±" if feature.mirror < 0 else ""
    needs = ", ".join(feature.needs)
    return f"| `{feature.name}` | {feature.unit} | {feature.formula} | {feature.source} | {needs} | {sign} |\n"


if __name__ == "__main__":
    PAGE.write_text(features_page(), encoding="utf-8")
