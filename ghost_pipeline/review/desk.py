"""Where one expert sits: what is before him, and what becomes of his verdicts. Knows nothing of how it is shown."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ghost_pipeline.domain.rating import CHOSEN, MODEL, QUESTIONABLE, PathId, Rating
from ghost_pipeline.review.queue import Candidate, open_places
from ghost_pipeline.storage.ratings import Ratings


class Desk:
    """One expert's work on his queue. Every verdict is stored at once and for good; undo corrects by adding."""

    def __init__(self, ratings: Ratings, rater: str, queue: Sequence[Candidate], ghost_version: str | None) -> None:
        self.ratings, self.rater, self.queue, self.ghost_version = ratings, rater, queue, ghost_version
        given = (one for one in ratings.all() if one.rater == rater and one.replaces is None)
        self.rated: Counter[PathId] = Counter(one.path_id for one in given)
        self.skipped: set[int] = set()
        self.history: list[tuple[int, Rating | None]] = []
        self._back_at: int | None = None
        self.before: Rating | None = None
        """The verdict that is being corrected."""

    @property
    def place(self) -> int | None:
        """Where in the queue the expert is; None when nothing waits but what he skipped."""
        if self._back_at is not None:
            return self._back_at
        return next(iter(open_places(self.queue, self.rated, self.skipped)), None)

    @property
    def current(self) -> Candidate | None:
        """The path to rate."""
        return None if self.place is None else self.queue[self.place]

    @property
    def done(self) -> int:
        """How many places of the queue have their verdict."""
        return len(self.queue) - len(open_places(self.queue, self.rated))

    def rate(
        self,
        path: Mapping[str, Any],
        verdict: str,
        reasons: Sequence[str] = (),
        text: str = "",
        now: datetime | None = None,
    ) -> Rating:
        """Store a verdict on a path of the clip: a row with key, SEEN and kind. Reasons speak against a path only.

        A verdict on another defender than the one asked for is stored too, and the question stays.
        """
        asked, place = self.current, self.place
        if asked is None or place is None:
            raise LookupError("nothing is being shown")
        is_asked = path["nfl_id"] == asked.nfl_id
        rating = Rating.of(
            path,
            verdict=verdict,
            reasons=tuple(reasons) if verdict == QUESTIONABLE else (),
            text=text.strip(),
            rater=self.rater,
            rated_at=now or datetime.now(UTC),
            ghost_version=self.ghost_version if asked.kind == MODEL else None,
            kind=asked.kind,
            drawn_as=asked.drawn_as if is_asked else CHOSEN,
            replaces=self.before.id if self.before and is_asked else None,
        )
        self.ratings.add(rating)
        if rating.replaces is None:
            self.rated[rating.path_id] += 1
        if is_asked:
            self.history.append((place, rating))
            self._back_at = self.before = None
        return rating

    def skip(self) -> None:
        """Leave the path for later; a verdict that was being corrected stays."""
        if (place := self.place) is not None:
            if self.before is None:
                self.skipped.add(place)
            self.history.append((place, self.before))
            self._back_at = self.before = None

    def undo(self) -> None:
        """Go back to the last path. Its verdict stays in the store until another one takes its place."""
        if self.history:
            self._back_at, self.before = self.history.pop()
            self.skipped.discard(self._back_at)

    def show_skipped(self) -> None:
        """Put everything that was skipped before the expert again."""
        self.skipped.clear()
