"""Agreement on cases worked out by hand, and once against an independent implementation."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from ghost_pipeline.domain.rating import ACTUAL, CONTROL, GOOD, MODEL, QUESTIONABLE, REPEAT, SEEN, Rating
from ghost_pipeline.review.agreement import Measured, alpha, between_raters, controls, with_themselves

START = datetime(2024, 11, 4, 12, tzinfo=UTC)


def rating(rater: str, play: int, bad: bool, minute: int = 0, game: int = 0, **more) -> Rating:
    key = {"game_id": 2024090800 + game, "play_id": play, "target_nfl_id": 7, "nfl_id": 101}
    verdict = QUESTIONABLE if bad else GOOD
    given = {"reasons": (), "text": "", "rater": rater, "rated_at": START + timedelta(minutes=minute)}
    return Rating.of(key | dict.fromkeys(SEEN, 0.25), verdict=verdict, **given, **more)


def of(rater: str, verdicts: str) -> list[Rating]:
    """'q', 'g' or '.' for each play."""
    return [rating(rater, play, sign == "q") for play, sign in enumerate(verdicts) if sign != "."]


def test_two_experts_by_hand():
    # Equal on 3 of 4; by chance 1/2 * 1/4 + 1/2 * 3/4 = 1/2.
    (found,) = between_raters(of("Ann", "qqgg") + of("Ben", "qggg"))
    assert (found.who, found.paths, found.equal.value) == ("Ann and Ben", 4, 0.75)
    assert found.kappa.value == pytest.approx(0.5)
    assert math.isnan(found.kappa.low), "four paths of one game say nothing of others"


def test_intervals_draw_whole_games():
    def kappa(games: int) -> Measured:
        """Of 200 paths, a quarter of them seen differently, in so many games."""
        random = np.random.default_rng(8)
        bad = random.random(200) < 0.5
        other = bad ^ (np.arange(200) % games < games / 4)
        given = [
            rating(who, play, bool(one), game=play % games)
            for who, all_ in (("a", bad), ("b", other))
            for play, one in enumerate(all_)
        ]
        return between_raters(given)[0].kappa

    few, many = kappa(8), kappa(200)
    assert few.low < few.value < few.high
    assert few.value == pytest.approx(many.value, abs=0.05)
    assert few.high - few.low > 2 * (many.high - many.low), "the disputed paths are all of the same games"


def test_kappa_is_that_of_another_implementation():
    random = np.random.default_rng(3)
    one = random.random(200) < 0.4
    other = one ^ (random.random(200) < 0.2)
    given = [rating(who, play, bool(bad)) for who, all_ in (("a", one), ("b", other)) for play, bad in enumerate(all_)]
    assert between_raters(given)[0].kappa.value == pytest.approx(cohen_kappa_score(one, other))


def test_without_a_common_path_there_is_no_agreement_to_speak_of():
    given = of("Ann", "qq..") + of("Ben", "..gg")
    assert between_raters(given) == []
    assert alpha(given) is None
    assert between_raters(of("Ann", "gg") + of("Ben", "gg"))[0].kappa is None, "all alike says nothing"
    assert alpha(of("Ann", "gg") + of("Ben", "gg")) is None


def test_alpha_by_hand():
    # Pairs qq, qg, gg, gg: 8 values, 3 q. Observed 2 / 8; expected 2 * 3 * 5 / (8 * 7).
    assert alpha(of("Ann", "qqgg") + of("Ben", "qggg")).value == pytest.approx(1 - (2 / 8) / (30 / 56))
    assert alpha(of("Ann", "qgqg") + of("Ben", "qgqg") + of("Cem", "q...")).value == pytest.approx(1.0)
    assert alpha(of("Ann", "qgqg") + of("Ben", "gqgq")).value < 0


def test_an_expert_and_himself():
    given = [*of("Ann", "qg"), rating("Ann", 0, False, 5, drawn_as=REPEAT), rating("Ann", 1, False, 6, drawn_as=REPEAT)]
    (found,) = with_themselves(given)
    assert (found.who, found.paths, found.equal.value) == ("Ann", 2, 0.5)
    assert with_themselves(of("Ben", "qg")) == []


def test_controls_are_counted_by_what_they_were():
    given = [
        rating("Ann", 1, True, drawn_as=CONTROL, kind=ACTUAL),
        rating("Ann", 2, False, drawn_as=CONTROL, kind=MODEL),
        rating("Ann", 3, True, drawn_as=CONTROL, kind=MODEL),
        rating("Ann", 4, True, drawn_as="worst", kind=MODEL),
    ]
    actual, model = controls(given)
    assert (actual.kind, actual.ratings, actual.questionable) == (ACTUAL, 1, 1)
    assert (model.kind, model.ratings, model.share.value) == (MODEL, 2, 0.5)
    assert controls([])[0].share is None
