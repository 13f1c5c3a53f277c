"""The door: samples as a source gives them become the tables tracking and events, in the offence's frame of reference.

Nothing is repaired silently: every row left out and every oddity that stays is a finding.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ghost_pipeline.arrow import arrow_schema, conform, distinct
from ghost_pipeline.domain.calendar import SeasonWeek
from ghost_pipeline.domain.events import PassMoments, pass_moments
from ghost_pipeline.domain.field import flip_angles, flip_positions
from ghost_pipeline.domain.schema import BALL_ID, EVENTS, TRACKING
from ghost_pipeline.errors import BadInputError
from ghost_pipeline.sources.family import Finding, RawFile

PlayId = tuple[int, ...]
"""(game_id, play_id)"""

SAMPLES = pa.schema(
    [
        *(column.with_nullable(True) for column in arrow_schema(TRACKING)),
        pa.field("event", pa.string()),
        pa.field("leftward", pa.bool_()),
        pa.field("source_object", pa.dictionary(pa.int32(), pa.string())),
    ]
)
"""Samples before the door: as tracking, in the source's own frame of reference; `nfl_id` is null where the source names
neither a player nor the ball; `leftward` says that the offence moves toward x = 0; one event at most on each row."""

_KEY = TRACKING.key
_VALUES = tuple(name for name in TRACKING.column_names if name not in _KEY)
_NAMED_FRAMES = 3


@dataclass(frozen=True)
class Tracks:
    """Tracking and events of one season-week and what was noticed on the way in."""

    tracking: pa.Table
    events: pa.Table
    findings: list[Finding]

    @property
    def first_game(self) -> int:
        """The game of the first sample; -1 without samples."""
        return self.tracking["game_id"][0].as_py() if len(self.tracking) else -1

    def moments(self) -> dict[PlayId, PassMoments]:
        """Snap, throw and arrival of every play that has events."""
        frames: dict[PlayId, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        columns = ("game_id", "play_id", "frame_id", "event")
        for game, play, frame, event in zip(*(self.events.column(name).to_pylist() for name in columns), strict=True):
            frames[game, play][frame].append(event)
        return {play: pass_moments(events) for play, events in frames.items()}


def as_samples(columns: dict[str, pa.ChunkedArray | pa.Array], file: RawFile) -> pa.Table:
    """Columns of one file as SAMPLES; the measurements a source does not give become nulls. Raises BadInputError."""
    count = len(columns["x"])
    name = pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), [file.name])
    arrays = []
    for column in SAMPLES:
        given = {**columns, "source_object": name}.get(column.name, pa.nulls(count, column.type))
        try:
            arrays.append(given.cast(column.type))
        except pa.ArrowInvalid as error:
            raise BadInputError(
                file.name, str(error), f"{column.type} values", "Correct them.", f"column {column.name}"
            ) from error
    return pa.Table.from_arrays(arrays, schema=SAMPLES)


def in_plays(game_id: pa.ChunkedArray, play_id: pa.ChunkedArray, plays: Collection[PlayId]) -> pa.ChunkedArray:
    """[rows] whether each pair of ids is one of these plays."""
    keys = pa.array([f"{game} {play}" for game, play in plays], pa.string())
    return pc.is_in(pc.binary_join_element_wise(game_id.cast(pa.string()), play_id.cast(pa.string()), " "), keys)


def of_known_plays(
    file: RawFile,
    rows: pa.Table,
    plays: Collection[PlayId],
    key: tuple[str, str],
    why: str,
    among: pa.Table | None = None,
) -> tuple[pa.Table, list[Finding]]:
    """Rows without those of any other play than `plays`, which are counted; `key` names the columns of both ids.

    `among` are fewer rows of the same plays, where the caller has them: it is quicker to look there.
    """
    if all(tuple(play.values()) in plays for play in distinct(rows if among is None else among, key).to_pylist()):
        return rows, []
    counts = rows.group_by(list(key)).aggregate([([], "count_all")])
    strange = {
        tuple(one[name] for name in key): one["count_all"]
        for one in counts.to_pylist()
        if tuple(one[name] for name in key) not in plays
    }
    message = f"samples of an unknown play, left out: {why}"
    findings = [
        Finding(file.name, play_place(*play), "unknown_play", message, count) for play, count in sorted(strange.items())
    ]
    pairs = np.stack([rows[name].to_numpy() for name in key], axis=1)
    codes, code = np.unique(pairs, axis=0, return_inverse=True)
    known = np.array([tuple(pair) in plays for pair in codes.tolist()], bool)
    return rows.filter(pa.array(known[code])), findings


def settle(samples: pa.Table, week: SeasonWeek) -> Tracks:
    """Flip, sort and free samples (SAMPLES) of exact copies. Copies that contradict each other stay, for the rules."""
    samples, findings = _without_incomplete(samples)
    events = _events(samples, week)
    columns = {name: samples.column(name).to_numpy() for name in (*_KEY, *_VALUES)}
    x, y = flip_positions(columns["x"], columns["y"])
    left = samples.column("leftward").to_numpy()
    columns["x"], columns["y"] = np.where(left, x, columns["x"]), np.where(left, y, columns["y"])
    for angle in ("o", "dir"):
        columns[angle] = columns[angle].copy()
        columns[angle][left] = flip_angles(columns[angle][left])

    sources = samples.column("source_object").unify_dictionaries().combine_chunks()
    order = _order([columns[name] for name in _KEY])
    columns = {name: values[order] for name, values in columns.items()}
    file = sources.indices.to_numpy()[order]

    kept, copies, contradictions = _copies(columns, samples.column("event"), order)
    names = sources.dictionary.to_pylist()
    findings += _by_play("duplicate_samples", "exact copies of a sample, left out", columns, file, names, copies)
    message = "samples that contradict another of the same player and frame, kept"
    findings += _by_play("contradicting_samples", message, columns, file, names, contradictions)
    if not kept.all():
        columns, file = {name: values[kept] for name, values in columns.items()}, file[kept]
    findings += _odd_frames(columns, file, names)
    tracking = pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})
    return Tracks(conform(TRACKING, tracking, str(week)), events, findings)


def _without_incomplete(samples: pa.Table) -> tuple[pa.Table, list[Finding]]:
    """Leave out samples with no place on the field or of nobody."""
    findings = []
    nowhere = pc.invert(pc.and_(_is_number(samples["x"]), _is_number(samples["y"])))
    nobody = pc.is_null(samples["nfl_id"])
    for kind, message, bad in (
        ("no_position", "samples without x or y, left out", nowhere),
        ("no_player_number", "samples of neither a numbered player nor the ball, left out", nobody),
    ):
        rows = samples.filter(bad)
        if len(rows):
            columns = {name: rows.column(name).to_numpy() for name in _KEY}
            sources = rows.column("source_object").unify_dictionaries().combine_chunks()
            file, names = sources.indices.to_numpy(), sources.dictionary.to_pylist()
            findings += _by_play(kind, message, columns, file, names, np.arange(len(rows)))
    bad = pc.or_(nowhere, nobody)
    return (samples.filter(pc.invert(bad)) if pc.any(bad).as_py() else samples), findings


def _order(key: list[np.ndarray]) -> np.ndarray:
    """The order of rows by several whole numbers; one sort where they fit into one number, as those of a game do."""
    if not len(key[0]):
        return np.empty(0, np.int64)
    low = [int(values.min()) for values in key]
    spans = [int(values.max()) - least + 1 for values, least in zip(key, low, strict=True)]
    if math.prod(spans) >= 2**63:
        return np.lexsort(key[::-1])
    code = np.zeros(len(key[0]), np.int64)
    for values, least, span in zip(key, low, spans, strict=True):
        code = code * span + (values - least)
    return np.argsort(code, kind="stable")


def _is_number(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(pc.is_finite(values), False)


def _events(samples: pa.Table, week: SeasonWeek) -> pa.Table:
    named = samples.select(list(EVENTS.key)).filter(pc.is_valid(samples["event"]))
    unique = named.group_by(list(EVENTS.key)).aggregate([]).sort_by([(name, "ascending") for name in EVENTS.key])
    return conform(EVENTS, unique.append_column("season_week", pa.repeat(str(week), len(unique))), str(week))


def _copies(
    columns: dict[str, np.ndarray], events: pa.ChunkedArray, order: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of rows sorted by the key: which to keep (mask), rows that are exact copies, rows that contradict a kept one.

    `events` become the rows' when taken in this order.

    A frame with two events is given twice, so a row that differs in its event alone is left out but is no copy.
    """
    count = len(columns["x"])
    again = np.ones(max(count - 1, 0), bool)
    for name in _KEY:
        again &= columns[name][1:] == columns[name][:-1]
    repeats = np.concatenate([[False], again])[:count]
    kept = np.ones(count, bool)
    if not repeats.any():
        return kept, np.empty(0, np.int64), np.empty(0, np.int64)
    rows = np.flatnonzero(repeats | np.concatenate([again, [False]])[:count])
    group = np.cumsum(~repeats)[rows]
    event = events.take(pa.array(order[rows])).combine_chunks().dictionary_encode().indices.fill_null(-1).to_numpy()

    def different(*more: np.ndarray) -> np.ndarray:
        values = (group, *(columns[name][rows] for name in _VALUES), *more)
        as_bytes = np.concatenate(
            [np.ascontiguousarray(v).view(np.uint8).reshape(len(rows), -1) for v in values], axis=1
        )
        return np.unique(as_bytes, axis=0, return_index=True)[1]

    first = np.sort(different())
    kept[np.delete(rows, first)] = False
    return kept, np.delete(rows, different(event)), rows[first][repeats[rows[first]]]


def _odd_frames(columns: dict[str, np.ndarray], file: np.ndarray, names: list[str]) -> Iterable[Finding]:
    """Frames without a player, frames without the ball, and gaps in the frame count, per play."""
    if not len(columns["x"]):
        return
    game, play, frame = (columns[name] for name in ("game_id", "play_id", "frame_id"))
    new_play = np.concatenate([[True], (np.diff(game) != 0) | (np.diff(play) != 0)])
    starts = np.flatnonzero(new_play | np.concatenate([[True], np.diff(frame) != 0]))
    is_ball = columns["nfl_id"] == BALL_ID
    balls = np.add.reduceat(is_ball.astype(np.int64), starts)
    players = np.add.reduceat((~is_ball).astype(np.int64), starts)
    gap = np.concatenate([[False], (np.diff(frame[starts]) > 1) & ~new_play[starts][1:]])
    for kind, message, odd in (
        ("frames_without_players", "frames with the ball and no player", players == 0),
        ("frames_without_ball", "frames with players and no ball", balls == 0),
        ("skipped_frames", "gaps in the frame count", gap),
    ):
        yield from _by_play(kind, message, columns, file, names, starts[odd])


def _by_play(
    kind: str, message: str, columns: dict[str, np.ndarray], file: np.ndarray, names: list[str], rows: np.ndarray
) -> list[Finding]:
    """One finding per file and play for these rows, naming the first few frames."""
    frames: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for row in np.sort(rows):
        frames[int(file[row]), int(columns["game_id"][row]), int(columns["play_id"][row])].append(
            int(columns["frame_id"][row])
        )
    findings = []
    for (source, game, play), found in frames.items():
        named = ", ".join(str(frame) for frame in list(dict.fromkeys(found))[:_NAMED_FRAMES])
        text = f"{message}; first in frames {named}"
        findings.append(Finding(names[source], play_place(game, play), kind, text, len(found)))
    return findings


def play_place(game: int, play: int) -> str:
    """How a finding names a play."""
    return f"game {game} play {play}"
