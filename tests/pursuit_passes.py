"""Whole pass plays with a law of motion that can be learned: everybody bends his run toward where the ball comes down.

Constant acceleration cannot know that; a model that is told the landing point can.
"""

import numpy as np
from passes_by_hand import DEFENSE_POSITIONS, GAME_IDS, OFFENSE_POSITIONS, RECEIVERS

from ghost_pipeline.domain.field import FRAME_S, MIDDLE_Y_YD
from ghost_pipeline.domain.scene import BALL, ENTITIES, Scenes

BEFORE, THROW_ROW = 12, 12
SCRIMMAGE_X = 35.0
PULL_YD_S2 = 6.0


def pursuit_passes(passes: int, seed: int = 0, games: int = len(GAME_IDS), flight_frames: int = 14) -> Scenes:
    """Scenes of `passes` passes spread over `games` games, every flight `flight_frames` long, all targets known."""
    random = np.random.default_rng(seed)
    F = BEFORE + flight_frames + 1
    xy, velocity = np.zeros((2, passes, F, ENTITIES, 2))
    landing = np.column_stack([random.uniform(42, 65, passes), random.uniform(8, 45, passes)])
    xy[:, 0] = np.stack([random.uniform(33, 55, (passes, ENTITIES)), random.uniform(5, 48, (passes, ENTITIES))], -1)
    velocity[:, 0] = random.normal(0, 2, (passes, ENTITIES, 2))
    for frame in range(1, F):
        offset = landing[:, None] - xy[:, frame - 1]
        pull = PULL_YD_S2 * offset / np.maximum(np.linalg.norm(offset, axis=-1, keepdims=True), 3.0)
        pull -= velocity[:, frame - 1]
        velocity[:, frame] = velocity[:, frame - 1] + FRAME_S * pull * (frame > THROW_ROW)
        xy[:, frame] = xy[:, frame - 1] + FRAME_S * velocity[:, frame]
    target = 1 + np.arange(passes) % RECEIVERS
    flown = np.clip((np.arange(F) - THROW_ROW) / flight_frames, 0, 1)[:, None]
    xy[:, :, BALL] = xy[:, :, 0] * (1 - flown) + landing[:, None] * flown
    velocity[:, 1:, BALL] = np.diff(xy[:, :, BALL], axis=1) / FRAME_S

    row = np.arange(passes) * F
    nfl_id = np.tile(np.concatenate([100 + np.arange(11), 200 + np.arange(11), [0]]), (passes, 1))
    game = np.array(sorted(GAME_IDS[:games]))[np.arange(passes) * games // passes]
    number = np.full(passes, np.float32(10))
    return Scenes(
        game_id=game,
        play_id=np.arange(passes),
        start=np.arange(passes + 1) * F,
        frame_id=np.tile(np.arange(F), passes).astype(np.int32),
        nfl_id=nfl_id,
        position=np.tile(np.array([*OFFENSE_POSITIONS, *DEFENSE_POSITIONS, ""]), (passes, 1)),
        xy=xy.reshape(-1, ENTITIES, 2).astype(np.float32),
        velocity=velocity.reshape(-1, ENTITIES, 2).astype(np.float32),
        facing_deg=random.uniform(0, 360, (passes * F, ENTITIES)).astype(np.float32),
        snap=row,
        throw=row + THROW_ROW,
        arrival=row + THROW_ROW + flight_frames,
        scrimmage_x=np.full(passes, np.float32(SCRIMMAGE_X)),
        down=number / 10,
        yards_to_go=number,
        target=target,
        passer=np.zeros(passes, np.int64),
    )


def mirrored(scenes: Scenes) -> Scenes:
    """The same plays with left and right swapped."""
    changed = {field: value.copy() for field, value in vars(scenes).items() if isinstance(value, np.ndarray)}
    changed["xy"][..., 1] = 2 * MIDDLE_Y_YD - changed["xy"][..., 1]
    changed["velocity"][..., 1] *= -1
    changed["facing_deg"] = np.mod(180 - changed["facing_deg"], 360)
    fields = Scenes.__dataclass_fields__
    return Scenes(**{name: changed[name] for name in fields})
