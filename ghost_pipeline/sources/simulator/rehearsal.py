"""Passes played in memory: what tracking would show of each, and the truth of every throw that was not made.

The same plays that `season` writes to files, without the files: cheap enough to be played on the spot wherever a model
must be held against a truth.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ghost_pipeline.domain.counterfactual import Aim
from ghost_pipeline.domain.field import GOAL_LINE_X_YD
from ghost_pipeline.domain.scene import PLAYERS, Scenes, build_scenes
from ghost_pipeline.domain.schema import BALL_ID
from ghost_pipeline.sources.simulator.abilities import Abilities
from ghost_pipeline.sources.simulator.aim import aim
from ghost_pipeline.sources.simulator.draws import SNAP
from ghost_pipeline.sources.simulator.dropback import drop_back
from ghost_pipeline.sources.simulator.flight import Throws, fly
from ghost_pipeline.sources.simulator.game import Round, play_games
from ghost_pipeline.sources.simulator.league import League, build_league
from ghost_pipeline.sources.simulator.lineup import DEFENSE, ELIGIBLE, QB, RECEIVERS
from ghost_pipeline.sources.simulator.motion import Array
from ghost_pipeline.sources.simulator.play import BALL, COMPLETE
from ghost_pipeline.sources.simulator.raw_tracking import seen_motion
from ghost_pipeline.sources.simulator.schedule import SeasonPlan, games_of_week
from ghost_pipeline.sources.simulator.track import MEMORY

BRANCH_STEPS = 40
"""Steps of a branch that are kept; after the arrival of its ball they mean nothing."""


@dataclass(frozen=True)
class Rehearsal:
    """P passes as seen, and N = 5 P throws in the order of plays and receivers."""

    scenes: Scenes
    aim: Aim  # [N] where and when the ball truly comes down
    path: NDArray[np.float32]  # [N, 22, K + 1, 2] true places from the release on, in the slots of the scenes
    is_thrown: NDArray[np.bool_]  # [N]
    completion: Array  # [N] true probability
    interception: Array  # [N] true probability
    yards_if_caught: Array  # [N] from the line of scrimmage to the end of the run
    expected_yards: Array  # [N] less the cost of an interception
    result: NDArray[np.int64]  # [P] index in play.RESULTS
    yards_after_catch: Array  # [P] NaN unless complete

    @property
    def at_arrival(self) -> NDArray[np.float32]:
        """[N, 22, 2] where everybody truly is when the ball comes down."""
        return self.path[np.arange(len(self.aim)), :, self.aim.flight_frames]


def rehearse(plan: SeasonPlan, week: int = 1) -> Rehearsal:
    """Play one week of a season in memory, without planted faults."""
    league = build_league(plan.seed, plan.season)
    rounds = list(play_games(plan.seed, league, games_of_week(plan, week)))
    plays, participants, tracking = _columns(league, rounds)
    scenes = build_scenes(plays, participants, tracking)
    order = _order(scenes, rounds)
    parts = [_branches(league, batch) for batch in rounds]
    by_play = {name: np.concatenate([part[name] for part in parts])[order] for name in parts[0]}
    slot_of = _slots(scenes, by_play["nfl_id"])
    path = np.take_along_axis(by_play["path"], slot_of[:, None, :, None, None], axis=2)  # [P, 5, 22, K + 1, 2]
    receiver = np.argsort(slot_of, axis=1)[:, ELIGIBLE]  # slot of each receiver
    P = len(scenes)
    flat = {name: by_play[name].reshape(P * RECEIVERS, *by_play[name].shape[2:]) for name in _BY_THROW}
    return Rehearsal(
        scenes=scenes,
        aim=Aim(
            play=np.repeat(np.arange(P), RECEIVERS),
            target=receiver.reshape(-1),
            landing_xy=flat["landing_xy"].astype(np.float32),
            flight_frames=flat["flight_frames"],
        ),
        path=path.reshape(P * RECEIVERS, *path.shape[2:]),
        is_thrown=(np.arange(RECEIVERS) == by_play["target"][:, None]).reshape(-1),
        completion=flat["completion"],
        interception=flat["interception"],
        yards_if_caught=flat["yards_if_caught"],
        expected_yards=flat["expected_yards"],
        result=by_play["result"],
        yards_after_catch=by_play["yards_after_catch"],
    )


_BY_THROW = ("landing_xy", "flight_frames", "completion", "interception", "yards_if_caught", "expected_yards")


def _branches(league: League, batch: Round) -> dict[str, NDArray]:
    """The truth of every throw of a round, [N, 5, ...] or [N, ...] each; paths in the slots of the simulator."""
    played, calls = batch.played, batch.played.calls
    abilities = Abilities.of(league, calls.player)
    dropback = drop_back(calls, abilities)
    N = len(calls)
    throws = Throws.of(
        aim(calls, abilities, dropback), np.repeat(np.arange(N), RECEIVERS), np.tile(np.arange(RECEIVERS), N)
    )
    places = fly(calls, abilities, dropback, throws).track.xy[:, MEMORY - 1 :]  # [5 N, frames + 1, 22, 2]
    frame = np.minimum(np.arange(BRANCH_STEPS + 1), places.shape[1] - 1)
    path = places[:, frame].transpose(0, 2, 1, 3).astype(np.float32)
    options, after = played.options, played.after
    caught_to = np.minimum(np.nan_to_num(after.dead_xy[:, 0]), GOAL_LINE_X_YD)
    landed = options.landing_xy[np.arange(N), played.target, 0]
    return {
        "nfl_id": league.nfl_id(calls.player),
        "path": path.reshape(N, RECEIVERS, *path.shape[1:]),
        "target": played.target,
        "result": played.result,
        "yards_after_catch": np.where(played.result == COMPLETE, caught_to - landed, np.nan),
        **{name: getattr(options, name) for name in _BY_THROW},
    }


def _order(scenes: Scenes, rounds: list[Round]) -> NDArray[np.int64]:
    """Row among all rounds' plays of each play of the scenes."""
    keys = [(context.game.game_id, context.play_id) for batch in rounds for context in batch.contexts]
    row = {key: number for number, key in enumerate(keys)}
    return np.array([row[key] for key in zip(scenes.game_id.tolist(), scenes.play_id.tolist(), strict=True)])


def _slots(scenes: Scenes, nfl_id: NDArray[np.int64]) -> NDArray[np.int64]:
    """[P, 22] slot of the simulator behind each slot of the scenes."""
    wanted = scenes.nfl_id[:, PLAYERS]
    return (wanted[:, :, None] == nfl_id[:, None, :]).argmax(axis=2)


def _columns(league: League, rounds: list[Round]) -> tuple[dict[str, NDArray], ...]:
    """Plays, participants and tracking as `build_scenes` takes them."""
    tables = [_columns_of(league, batch) for batch in rounds]
    return tuple({name: np.concatenate([part[i][name] for part in tables]) for name in tables[0][i]} for i in range(3))


def _columns_of(league: League, batch: Round) -> tuple[dict[str, NDArray], ...]:
    played, calls = batch.played, batch.played.calls
    game_id = np.array([context.game.game_id for context in batch.contexts])
    play_id = np.array([context.play_id for context in batch.contexts])
    ids = league.nfl_id(calls.player)  # [N, 22]
    N, last = len(calls), int(played.arrival.max()) + 1
    plays = {
        "game_id": game_id,
        "play_id": play_id,
        "snap_frame": np.full(N, SNAP),
        "throw_frame": played.throw,
        "arrival_frame": played.arrival,
        "scrimmage_x_yd": calls.line_x,
        "down": np.array([context.now.down for context in batch.contexts]),
        "yards_to_go": np.array([context.now.to_go for context in batch.contexts]),
        "passer_nfl_id": ids[:, QB],
        "target_nfl_id": ids[np.arange(N), ELIGIBLE.start + played.target],
    }
    participants = {
        "game_id": np.repeat(game_id, ids.shape[1]),
        "play_id": np.repeat(play_id, ids.shape[1]),
        "nfl_id": ids.reshape(-1),
        "side": np.tile(np.where(np.arange(ids.shape[1]) >= DEFENSE.start, "defense", "offense"), N),
        "position": np.array(league.position)[calls.player].reshape(-1),
    }
    seen = {name: values[:, :last] for name, values in seen_motion(played).items()}  # [N, T, 23]
    entity = np.concatenate([ids, np.full((N, 1), BALL_ID)], axis=1)
    shape = seen["x"].shape
    in_play = np.arange(last)[None, :] <= played.arrival[:, None]  # [N, T]

    def flat(values: NDArray) -> NDArray:
        return np.broadcast_to(values, shape)[in_play].reshape(-1)

    is_ball = np.arange(shape[2]) == BALL
    tracking = {
        "game_id": flat(game_id[:, None, None]),
        "play_id": flat(play_id[:, None, None]),
        "frame_id": flat(np.arange(last)[None, :, None]),
        "nfl_id": flat(entity[:, None]),
        **{name: flat(np.round(seen[name], 2)) for name in ("x", "y", "s")},
        **{name: flat(np.where(is_ball, np.nan, seen[name])) for name in ("o", "dir")},
    }
    return plays, participants, tracking
