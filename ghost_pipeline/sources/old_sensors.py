"""What the tags of 2017 measured worse than those of later seasons."""

import pyarrow as pa

from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.sources.family import Finding

FIRST_WITH_FACING = 2018
_MESSAGE = "facing is unreliable in this season and left empty; speeds come from other tags than later and are kept"


def without_old_facing(samples: pa.Table, week: SeasonWeek) -> tuple[pa.Table, list[Finding]]:
    """SAMPLES of a week without `o` where the season's is unreliable, and one finding that says so."""
    if week.season >= FIRST_WITH_FACING or not len(samples):
        return samples, []
    at = samples.column_names.index("o")
    count = len(samples) - samples["o"].null_count
    finding = Finding(samples["source_object"][0].as_py(), "", "old_sensors", _MESSAGE, count)
    return samples.set_column(at, samples.schema.field("o"), pa.nulls(len(samples), samples.schema.field("o").type)), [
        finding
    ]
