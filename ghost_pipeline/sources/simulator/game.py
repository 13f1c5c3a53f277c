"""Games: passes in order, each from the situation that the one before has left.

A game is cut into stretches of a few passes that are played side by side, each from its own first drive: so many plays
can be simulated in one batch, and one play can be replayed without the whole game before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ghost_pipeline.domain.field import OWN_GOAL_LINE_X_YD
from ghost_pipeline.sources.simulator.after_catch import ENDS, TOUCHDOWN
from ghost_pipeline.sources.simulator.drives import Down, Pass, Points, kick_off, next_down
from ghost_pipeline.sources.simulator.league import League
from ghost_pipeline.sources.simulator.play import PASSERS_CHOICE, Played, simulate_plays
from ghost_pipeline.sources.simulator.playbook import DRIVE_STREAM, Situation, generator
from ghost_pipeline.sources.simulator.schedule import Game

STRETCH = 5
"""Passes of a stretch."""
_OPENING_STREAM = 102
_HASHES_Y_YD = (23.6, 29.7)
_GAME_S, _QUARTER_S = 3600, 900


@dataclass(frozen=True)
class Context:
    """Where a pass stands in its game; `points` follow it."""

    game: Game
    number: int  # of the pass in its game, from 0
    now: Down
    points: Points

    @property
    def play_id(self) -> int:
        return self.game.play_ids[self.number]

    @property
    def quarter(self) -> int:
        return self._elapsed_s // _QUARTER_S + 1

    @property
    def clock_s(self) -> int:
        """Seconds left in the quarter."""
        return _QUARTER_S - self._elapsed_s % _QUARTER_S

    @property
    def goes_left(self) -> bool:
        """Whether the offence moves toward x = 0 of the raw files: teams change ends every quarter."""
        return self.now.home_has_ball == (self.quarter % 2 == 0)

    @property
    def _elapsed_s(self) -> int:
        return int((self.number + 0.5) * _GAME_S / len(self.game.play_ids))


@dataclass(frozen=True)
class Round:
    """A batch of passes and where each stands in its game."""

    played: Played
    contexts: list[Context]


def play_games(seed: int, league: League, games: list[Game]) -> Iterator[Round]:
    """All passes of the games, in rounds of one pass per stretch."""
    starts = [(game, first) for game in games for first in range(0, len(game.play_ids), STRETCH)]
    yield from _play_stretches(seed, league, starts, STRETCH)


def replay(seed: int, league: League, game: Game, play_id: int, target: int = PASSERS_CHOICE) -> Round:
    """One pass again, thrown to receiver `target` (0..4): the same bits as in its season up to the throw.

    Raises ValueError when the game has no such pass.
    """
    if play_id not in game.play_ids:
        raise ValueError(f"game {game.game_id} has no pass {play_id}; its passes are {game.play_ids}")
    number = game.play_ids.index(play_id)
    first = number - number % STRETCH
    *_, last = _play_stretches(seed, league, [(game, first)], number - first + 1, target)
    return last


def _play_stretches(
    seed: int, league: League, starts: list[tuple[Game, int]], length: int, last_target: int = PASSERS_CHOICE
) -> Iterator[Round]:
    """Play the first `length` passes of every stretch; `last_target` is for the last of them alone."""
    downs = [_opening(seed, game, first) for game, first in starts]
    for step in range(length):
        live = [i for i, (game, first) in enumerate(starts) if first + step < len(game.play_ids)]
        if not live:
            return
        situations = [_situation(seed, starts[i][0], starts[i][1] + step, downs[i]) for i in live]
        played = simulate_plays(seed, league, situations, last_target if step == length - 1 else PASSERS_CHOICE)
        contexts = []
        for row, i in enumerate(live):
            game, number = starts[i][0], starts[i][1] + step
            rng = generator(seed, game.game_id, game.play_ids[number], DRIVE_STREAM)
            following, points = next_down(rng, downs[i], _pass(played, row))
            contexts.append(Context(game, number, downs[i], points))
            downs[i] = following
        yield Round(played, contexts)


def _opening(seed: int, game: Game, first: int) -> Down:
    rng = np.random.default_rng([seed, game.game_id, first, _OPENING_STREAM])
    return kick_off(rng, home_has_ball=(first // STRETCH) % 2 == 0)


def _situation(seed: int, game: Game, number: int, now: Down) -> Situation:
    offense, defense = (game.home, game.visitor) if now.home_has_ball else (game.visitor, game.home)
    rng = np.random.default_rng([seed, game.game_id, number, _OPENING_STREAM, 1])
    ball_y = round(float(rng.uniform(*_HASHES_Y_YD)), 2)
    line_x = OWN_GOAL_LINE_X_YD + now.yard
    return Situation(game.game_id, game.play_ids[number], offense, defense, line_x, ball_y)


def _pass(played: Played, row: int) -> Pass:
    end_x = played.after.dead_xy[row, 0]
    return Pass(
        result=int(played.result[row]),
        gained=int(played.yards_gained[row]),
        is_touchdown=bool(ENDS[played.after.how[row]] == TOUCHDOWN),
        end_yard=0 if np.isnan(end_x) else int(np.clip(np.rint(end_x - OWN_GOAL_LINE_X_YD), 1, 99)),
    )
