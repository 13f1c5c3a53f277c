"""What experts are shown and in which order: the same rounds for all, an order for each, some things twice."""

from collections import Counter

import pytest

from ghost_pipeline.domain.rating import ACTUAL, CONTROL, DISAGREEMENT, MODEL, REPEAT, WORST
from ghost_pipeline.review.queue import (
    LEAST_BETWEEN,
    REPEATS,
    ROUND,
    ROUNDS,
    Candidate,
    open_places,
    queue_of,
    rounds,
)


def path(number: int, drawn_as: str = WORST, kind: str = MODEL, defender: int = 101, score: float = 0.5) -> Candidate:
    return Candidate("2024-REG-01", 2024090800, number, 7, defender, kind, score, drawn_as)


def drawn(each: int) -> dict[str, list[Candidate]]:
    return {
        WORST: [path(n) for n in range(each)],
        DISAGREEMENT: [path(1000 + n, DISAGREEMENT) for n in range(each)],
        CONTROL: [path(2000 + n, CONTROL, (MODEL, ACTUAL)[n % 2]) for n in range(each)],
    }


def test_a_round_mixes_the_reasons_in_their_shares():
    first, second = rounds(drawn(24))[:2]
    assert Counter(one.drawn_as for one in first) == ROUND
    assert [one.play_id for one in first if one.drawn_as == WORST] == list(range(12)), "the worst first"
    assert Counter(one.kind for one in first if one.drawn_as == CONTROL) == {MODEL: 7, ACTUAL: 7}
    assert Counter(one.drawn_as for one in second) == {WORST: 12, DISAGREEMENT: 10, CONTROL: 10}


def test_no_path_is_drawn_twice_and_the_end_comes():
    same = path(3)
    made = rounds({WORST: [same, path(4)], CONTROL: [Candidate(**{**vars(same), "drawn_as": CONTROL})]})
    assert [[one.play_id for one in round_] for round_ in made] == [[3, 4]]
    assert rounds({}) == []
    assert len(rounds({WORST: [path(n) for n in range(12 * (ROUNDS + 5))]})) == ROUNDS


def test_a_round_prefers_plays_that_it_does_not_have():
    worst = [path(1, defender=100 + n) for n in range(20)] + [path(2), path(3)]
    (first, *_) = rounds({WORST: worst})
    assert {one.play_id for one in first} == {1, 2, 3}
    assert len(first) == ROUND[WORST]


def test_every_expert_has_the_same_rounds_in_an_order_of_his_own():
    made = rounds(drawn(24))
    ann, ben = queue_of("Ann", made), queue_of("Ben", made)
    assert ann == queue_of(" ann ", made), "the same whenever she comes back"
    assert ann != ben
    size = sum(ROUND.values()) + REPEATS
    assert {one.path_id for one in ann[:size]} == {one.path_id for one in ben[:size]} == {o.path_id for o in made[0]}


@pytest.mark.parametrize("rater", [f"rater {n}" for n in range(20)])
def test_some_of_a_round_come_back_later(rater):
    queue = queue_of(rater, rounds(drawn(ROUND[CONTROL]))[:1])
    repeats = [place for place, one in enumerate(queue) if one.drawn_as == REPEAT]
    assert len(repeats) == REPEATS
    for place in repeats:
        first = next(n for n, one in enumerate(queue) if one.path_id == queue[place].path_id)
        assert queue[first].drawn_as != REPEAT
        assert place - first > LEAST_BETWEEN


def test_a_path_that_comes_back_waits_until_it_was_rated_twice():
    one, other = path(1), path(2)
    queue = [one, other, path(1, REPEAT)]
    assert open_places(queue, Counter()) == [0, 1, 2]
    assert open_places(queue, Counter({one.path_id: 1})) == [1, 2]
    assert open_places(queue, Counter({one.path_id: 1}), skipped={1}) == [2]
    assert open_places(queue, Counter({one.path_id: 2, other.path_id: 1})) == []


def test_a_ghost_of_another_model_is_another_path_but_what_was_run_stays_the_same():
    assert path(1, score=0.5).path_id != path(1, score=0.6).path_id
    assert path(1, kind=ACTUAL, score=0.5).path_id == path(1, kind=ACTUAL, score=0.6).path_id
