"""Blindness: what an expert is given is the same, bit by bit, whether the path was run or predicted."""

import json

import pytest
from made_review import SECRET_NAME, fill, let_ghosts_run_what_was_run

from ghost_pipeline.domain.rating import ACTUAL, CONTROL, MODEL, SEEN, WORST
from ghost_pipeline.errors import GhostError
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.review.clips import read_clip
from ghost_pipeline.review.pool import draw
from ghost_pipeline.review.queue import Candidate
from ghost_pipeline.settings import Settings


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    platform = Platform(Settings(home=tmp_path_factory.mktemp("home")))
    return platform, fill(platform.store)


def candidate(play, kind, slot=17, target=None) -> Candidate:
    target = int(play.ids[play.target if target is None else target])
    return Candidate(play.week["season_week"], **play.key, target_nfl_id=target, nfl_id=int(play.ids[slot]), kind=kind,
                     trajectory_score=0.1, drawn_as=CONTROL)  # fmt: skip


def test_a_ghost_that_runs_what_was_run_looks_the_same_bit_by_bit(tmp_path):
    platform = Platform(Settings(home=tmp_path))
    plays = fill(platform.store, games=1)
    let_ghosts_run_what_was_run(platform.store, plays)
    for play in plays:
        ghost, run = (read_clip(platform, candidate(play, kind)) for kind in (MODEL, ACTUAL))
        nfl_id = int(play.ids[17])
        assert json.dumps(ghost.shown(nfl_id)) == json.dumps(run.shown(nfl_id))
        assert (ghost.situation, ghost.target_called) == (run.situation, run.target_called)
        assert ghost.rows.keys() == run.rows.keys(), "the same defenders can be chosen"


@pytest.mark.parametrize("kind", [MODEL, ACTUAL])
def test_a_clip_tells_no_name_no_number_of_the_league_and_no_score(made, kind):
    platform, plays = made
    play = plays[0]
    clip = read_clip(platform, candidate(play, kind))
    text = json.dumps([clip.shown(int(play.ids[17])), clip.situation, clip.target_called])
    forbidden = (SECRET_NAME, "Jr.", "OAK", "ELM", str(play.key["game_id"]), "ghost_x", "score", "convergence")
    assert not [word for word in forbidden if word in text]
    motion = clip.shown(int(play.ids[17]))["motion"]
    assert {player["id"] for player in motion["players"]} == set(range(22))
    assert motion["targets"][0]["ghosts"] == []


def test_a_clip_ends_at_the_arrival_and_the_ball_with_the_target(made):
    platform, plays = made
    play = plays[0]
    for kind, target in ((ACTUAL, play.target), (MODEL, next(n for n in (6, 7, 8) if n != play.target))):
        motion = read_clip(platform, candidate(play, kind, target=target)).shown(int(play.ids[17]))["motion"]
        last = motion["frames"] - 1
        assert last == motion["arrival"] == motion["throw"] + motion["targets"][0]["flight"]
        assert all(len(part) == motion["frames"] for track in (*motion["tracks"], motion["ball"]) for part in track)
        assert [part[-1] for part in motion["ball"]] == [part[-1] for part in motion["tracks"][target]]
        assert motion["tracks"][1][0][last] is None, "linemen vanish at the throw"


def test_what_was_run_is_measured_for_the_rating(made):
    platform, plays = made
    clip = read_clip(platform, candidate(plays[0], ACTUAL))
    row = clip.rows[int(plays[0].ids[17])]
    assert set(SEEN) < set(row)
    assert row["superhuman_steps"] == 0
    assert 0 <= row["effort_ratio"] <= 1


def test_a_path_that_is_gone_says_what_to_do(made):
    platform, plays = made
    gone = candidate(plays[0], MODEL)
    with pytest.raises(GhostError, match=r"was refreshed since.*ghost review"):
        read_clip(platform, Candidate(**{**vars(gone), "target_nfl_id": 12345}))


def test_the_pool_has_ghosts_and_men_among_the_worst_and_the_controls(made):
    platform, _ = made
    drawn = draw(platform, seed=7)
    assert drawn == draw(platform, seed=7), "the same for every expert"
    for reason in (WORST, CONTROL):
        assert {one.kind for one in drawn[reason]} == {MODEL, ACTUAL}
        assert {one.drawn_as for one in drawn[reason]} == {reason}
    ghosts = [one for one in drawn[WORST] if one.kind == MODEL]
    assert len({one.play for one in ghosts}) == len(ghosts) == 12, "one of each play"


def test_a_store_without_what_ifs_says_what_to_do(tmp_path):
    with pytest.raises(GhostError, match="no what-ifs to rate: run `ghost demo`"):
        draw(Platform(Settings(home=tmp_path)), seed=7)
