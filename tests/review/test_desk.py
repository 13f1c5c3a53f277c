"""An expert at work: verdicts are stored at once and never changed, undo corrects by adding, skipping costs nothing."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from ghost_pipeline.domain.rating import ACTUAL, CHOSEN, GOOD, MODEL, QUESTIONABLE, REPEAT, SEEN, WORST, Rating
from ghost_pipeline.review.agreement import standing
from ghost_pipeline.review.desk import Desk
from ghost_pipeline.review.queue import Candidate
from ghost_pipeline.storage.objects import FolderStore
from ghost_pipeline.storage.ratings import Ratings

NOON = datetime(2024, 11, 4, 12, tzinfo=UTC)


def candidate(play: int, kind: str = MODEL, drawn_as: str = WORST) -> Candidate:
    return Candidate("2024-REG-01", 2024090800, play, 7, 101, kind, 0.25, drawn_as)


QUEUE = [candidate(1), candidate(2, ACTUAL), candidate(3), candidate(1, drawn_as=REPEAT)]


def row(play: int, defender: int = 101) -> dict:
    return {"game_id": 2024090800, "play_id": play, "target_nfl_id": 7, "nfl_id": defender} | dict.fromkeys(SEEN, 0.25)


@pytest.fixture
def ratings(tmp_path) -> Ratings:
    return Ratings(FolderStore(tmp_path))


@pytest.fixture
def desk(ratings) -> Desk:
    return Desk(ratings, "Ann", QUEUE, "ab12")


def stored(desk: Desk) -> list[Rating]:
    return sorted(desk.ratings.all(), key=lambda one: one.rated_at)


def rate_next(desk: Desk, verdict: str = GOOD, minute: int = 0, **more) -> Rating:
    return desk.rate(row(desk.current.play_id), verdict, now=NOON + timedelta(minutes=minute), **more)


def test_a_verdict_is_stored_with_what_was_not_told(desk):
    rate_next(desk, QUESTIONABLE, reasons=["makes_effort"], text=" lazy ")
    rate_next(desk, GOOD, 1, reasons=["makes_effort"])
    ghost, run = stored(desk)
    assert (ghost.verdict, ghost.reasons, ghost.text, ghost.rater) == (QUESTIONABLE, ("makes_effort",), "lazy", "Ann")
    assert (ghost.kind, ghost.drawn_as, ghost.ghost_version) == (MODEL, WORST, "ab12")
    assert (run.kind, run.ghost_version, run.reasons) == (ACTUAL, None, ()), "no reasons against a good path"
    assert (desk.place, desk.done) == (2, 2)


def test_undo_goes_back_and_the_new_verdict_replaces_the_old_one(desk):
    first = rate_next(desk, GOOD)
    desk.undo()
    assert (desk.place, desk.before) == (0, first)
    second = rate_next(desk, QUESTIONABLE, 1)
    assert second.replaces == first.id
    assert stored(desk) == [first, second], "both stay"
    assert standing(stored(desk)) == [second]
    assert (desk.place, desk.done, desk.before) == (1, 1, None)


def test_skipping_while_correcting_keeps_the_verdict(desk):
    first = rate_next(desk)
    desk.undo()
    desk.skip()
    assert (desk.place, desk.skipped, stored(desk)) == (1, set(), [first])


def test_what_was_skipped_comes_again_on_request_or_by_undo(desk):
    desk.skip()
    assert desk.place == 1
    desk.undo()
    assert desk.place == 0
    desk.skip()
    for minute in range(2):
        rate_next(desk, minute=minute)
    assert desk.current is None, "nor is it shown where it would have come back"
    desk.show_skipped()
    assert desk.place == 0


def test_another_defender_is_rated_too_and_the_question_stays(desk):
    other = desk.rate(row(1, defender=102), QUESTIONABLE, now=NOON)
    assert (other.nfl_id, other.drawn_as) == (102, CHOSEN)
    assert (desk.place, desk.done) == (0, 0)


def test_an_expert_goes_on_where_he_was(desk, ratings):
    rate_next(desk)
    rate_next(desk, minute=1)
    desk.undo()
    rate_next(desk, QUESTIONABLE, 2)
    again = Desk(ratings, "Ann", QUEUE, "ab12")
    assert (again.place, again.done) == (2, 2)
    assert Desk(ratings, "Ben", QUEUE, "ab12").place == 0


def test_twenty_experts_at_once_lose_and_mix_nothing(tmp_path):
    """Each with a desk, and a store, of his own on the same objects; all say the same at the same time."""
    queue = [candidate(play) for play in range(1, 9)]
    names = [f"expert {number}" for number in range(20)]
    together = Barrier(len(names))

    def work(name: str) -> None:
        desk = Desk(Ratings(FolderStore(tmp_path)), name, queue, "ab12")
        together.wait()
        for minute, asked in enumerate(queue):
            rate_next(desk, QUESTIONABLE if asked.play_id % 2 else GOOD, minute, text=f"{name}: {asked.play_id}")

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(work, names))
    given = Counter((one.rater, one.play_id, one.text) for one in Ratings(FolderStore(tmp_path)).all())
    assert given == Counter((name, one.play_id, f"{name}: {one.play_id}") for name in names for one in queue)
