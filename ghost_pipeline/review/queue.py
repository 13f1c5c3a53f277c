"""What an expert is shown, and in which order.

All experts get the same rounds, so that their verdicts can be compared, each in an order of his own, so that tiredness
and habit do not fall on the same paths. A round mixes paths that cost the play score most, paths on which the networks
of the model disagree, and controls drawn at random, half of them what men really ran; some come back later in the same
round, so that an expert can be compared with himself.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from ghost_pipeline.domain.rating import CONTROL, DISAGREEMENT, REPEAT, WORST, PathId, path_id

ROUND = {WORST: 12, DISAGREEMENT: 10, CONTROL: 14}
REPEATS, LEAST_BETWEEN = 4, 8
"""So many of a round come back, each after at least so many others (as far as the round is long enough)."""
ROUNDS = 12


@dataclass(frozen=True)
class Candidate:
    """A path that may be shown, and why it was drawn. The score only tells it from ghosts of other models."""

    season_week: str
    game_id: int
    play_id: int
    target_nfl_id: int
    nfl_id: int
    kind: str
    trajectory_score: float
    drawn_as: str

    @property
    def path_id(self) -> PathId:
        key = self.game_id, self.play_id, self.target_nfl_id, self.nfl_id
        return path_id(*key, self.kind, self.trajectory_score)

    @property
    def play(self) -> tuple[int, int]:
        return self.game_id, self.play_id


def rounds(drawn: Mapping[str, Sequence[Candidate]]) -> list[list[Candidate]]:
    """Rounds of ROUND paths from the candidates by why they were drawn, the most wanted first; no path twice.

    A round has one path of a play at most, unless no other play is left: neighbours tell of each other.
    """
    taken: set[PathId] = set()
    made: list[list[Candidate]] = []
    while len(made) < ROUNDS:
        plays: set[tuple[int, int]] = set()
        one: list[Candidate] = []
        for reason, count in ROUND.items():
            free = [path for path in drawn.get(reason, ()) if path.path_id not in taken]
            for path in islice(_of_different_plays(free, plays), count):
                if path.path_id not in taken:
                    taken.add(path.path_id)
                    one.append(path)
        if not one:
            break
        made.append(one)
    return made


def _of_different_plays(paths: Sequence[Candidate], plays: set[tuple[int, int]]):
    """First those whose play the round does not have yet, then the others; notes the plays."""
    others = []
    for path in paths:
        if path.play in plays:
            others.append(path)
        else:
            plays.add(path.play)
            yield path
    yield from others


def queue_of(rater: str, made: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    """Everything that one expert is shown, in his own order; the same whenever he comes back."""
    return [path for number, one in enumerate(made) for path in _in_own_order(rater, number, one)]


def _in_own_order(rater: str, number: int, one: Sequence[Candidate]) -> list[Candidate]:
    name = " ".join(rater.split()).casefold()
    random = np.random.default_rng(list(hashlib.sha256(f"{name} {number}".encode()).digest()))
    order = [one[i] for i in random.permutation(len(one))]
    again = sorted(random.permutation(max(len(order) - LEAST_BETWEEN, 0))[:REPEATS].tolist(), reverse=True)
    for first in again:  # From the end, so that the places before stay what they are.
        place = int(random.integers(first + LEAST_BETWEEN + 1, len(order) + 1))
        order.insert(place, replace(order[first], drawn_as=REPEAT))
    return order


def open_places(queue: Sequence[Candidate], rated: Counter[PathId], skipped: Collection[int] = ()) -> list[int]:
    """Places of the queue that wait for a verdict: a path that it holds twice waits until it was rated twice.

    A path that was skipped in one place does not wait in the other either.
    """
    seen: Counter[PathId] = Counter()
    put_off = {queue[place].path_id for place in skipped}
    places = []
    for place, path in enumerate(queue):
        seen[path.path_id] += 1
        if rated[path.path_id] < seen[path.path_id] and path.path_id not in put_off:
            places.append(place)
    return places
