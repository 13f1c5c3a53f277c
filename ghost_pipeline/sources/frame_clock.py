"""Frames by the clock: samples of one moment get one frame number, whatever their source counted.

The highlight files number the rows of each player and of the ball on their own, so a sensor that missed a sample, or
began later, runs behind the others: in 131 of 390 real files one frame number stands for several moments. The season
files number the moments that have samples, so a time without any is no gap in their count.
"""

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.domain.field import FRAME_S
from ghost_pipeline.sources.family import Finding
from ghost_pipeline.sources.tracks import play_place

LONGEST_PLAY_S = 180.0
"""Times of one play that are further apart are wrong, or of two plays."""
_FRAME_MS = round(FRAME_S * 1000)


def number_by_time(samples: pa.Table) -> tuple[pa.Table, list[Finding]]:
    """SAMPLES with `frame_id` = tenths of a second since the play's first sample, which is frame 0.

    A play with samples that have no time, or times further apart than LONGEST_PLAY_S, keeps its frame numbers. Every
    play whose samples moved against each other, and every one that could not be numbered, is a finding.
    """
    if not len(samples):
        return samples, []
    keys = np.stack([samples["game_id"].to_numpy(), samples["play_id"].to_numpy()], axis=1)
    plays, play = np.unique(keys, axis=0, return_inverse=True)
    frame = samples["frame_id"].to_numpy().astype(np.int64)
    timed = pc.is_valid(samples["time_utc"]).to_numpy()
    time_ms = pc.fill_null(samples["time_utc"].cast(pa.int64()), 0).to_numpy()

    def least(values: np.ndarray) -> np.ndarray:
        found = np.full(len(plays), np.iinfo(np.int64).max)
        np.minimum.at(found, play, values)
        return found

    span_ms = -least(-time_ms) - least(time_ms)
    untimed = np.bincount(play, ~timed, len(plays)) > 0
    broken = ~untimed & (span_ms > LONGEST_PLAY_S * 1000)
    by_time = np.rint((time_ms - least(time_ms)[play]) / _FRAME_MS).astype(np.int64)
    counted = frame - least(frame)[play]
    usable = ~(untimed | broken)[play]
    moved = np.bincount(play, usable & (by_time != counted), len(plays)).astype(int)

    names = defaultdict(str)
    for row, number in zip(*np.unique(play, return_index=True)[::-1], strict=True):
        names[int(number)] = samples["source_object"][int(row)].as_py()
    findings = []
    for odd, kind, message in (
        (moved, "frames_renumbered", "samples whose frame number is of another moment; numbered by their time"),
        (untimed, "no_time", "samples without a time: frames are numbered as in the file"),
        (broken, "odd_times", f"times more than {LONGEST_PLAY_S:g} s apart: frames are numbered as in the file"),
    ):
        for number in np.flatnonzero(odd):
            place = play_place(*map(int, plays[number]))
            findings.append(Finding(names[int(number)], place, kind, message, int(odd[number])))
    frames = pa.array(np.where(usable, by_time, frame).astype(np.int32))
    return samples.set_column(samples.column_names.index("frame_id"), "frame_id", frames), findings
