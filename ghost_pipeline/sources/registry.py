"""All format families, and how files find theirs."""

from collections.abc import Sequence

from ghost_pipeline.errors import GhostError
from ghost_pipeline.sources.big_data_bowl import ALL_YEARS
from ghost_pipeline.sources.big_data_bowl_2026 import BigDataBowl2026
from ghost_pipeline.sources.family import Family, RawFile
from ghost_pipeline.sources.ngs_highlights import NgsHighlights
from ghost_pipeline.sources.ngs_season_files import NgsSeasonFiles

FAMILIES: tuple[Family, ...] = (NgsHighlights(), NgsSeasonFiles(), *ALL_YEARS, BigDataBowl2026())


def family_named(name: str) -> Family:
    """Raises GhostError naming the known families."""
    for family in FAMILIES:
        if family.name == name:
            return family
    raise GhostError(f"no source {name!r}; known are:\n{_known()}")


def recognise(files: Sequence[RawFile], source: str | None = None) -> Family:
    """The family of these files; `source` names it outright.

    Raises GhostError when no family or more than one fits, listing what is known.
    """
    if source is not None:
        return family_named(source)
    fitting = [family for family in FAMILIES if family.recognises(files)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        several = " and ".join(family.name for family in fitting)
        raise GhostError(f"the files fit {several}: land one folder at a time, or say which with --source")
    names = [file.name for file in files]
    seen = ", ".join(sorted(names)[:3]) + (" ..." if len(names) > 3 else "")
    raise GhostError(f"the files fit no known source; found {seen}; known are:\n{_known()}")


def _known() -> str:
    return "\n".join(f"  {family.name}: {family.expects}" for family in FAMILIES)
