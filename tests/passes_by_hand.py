"""Whole pass plays in which everybody runs straight on at constant speed: every position can be worked out by hand."""

import numpy as np

from ghost_pipeline.domain.field import FRAME_S, direction_of
from ghost_pipeline.domain.scene import Scenes, build_scenes
from ghost_pipeline.domain.schema import BALL_ID

SNAP, THROW = 1, 16
SCRIMMAGE_X = 35.0
OFFENSE_POSITIONS = ("QB", "WR", "WR", "TE", "RB", "WR", "T", "G", "C", "G", "T")
DEFENSE_POSITIONS = ("CB", "CB", "SS", "FS", "NB", "ILB", "OLB", "DE", "DT", "DT", "DE")
RECEIVERS = 5
GAME_IDS = tuple(2019090800 + number for number in range(20))


def straight_passes(passes: int, seed: int = 0, games: int = len(GAME_IDS), flight_frames: int = 12) -> Scenes:
    """Scenes of `passes` passes spread over `games` games; player 100..110 attack (100 throws), 200..210 defend."""
    random = np.random.default_rng(seed)
    plays, participants, tracking = [], [], []
    for number in range(passes):
        key = (GAME_IDS[number % games], number)
        start, velocity = _line_up(random)
        target = 1 + number % RECEIVERS
        arrival = THROW + flight_frames
        plays.append((*key, SNAP, THROW, arrival, 100, 100 + target, SCRIMMAGE_X, 1 + number % 4, 10))
        ids = np.concatenate([100 + np.arange(11), 200 + np.arange(11)])
        for nfl_id, position in zip(ids, OFFENSE_POSITIONS + DEFENSE_POSITIONS, strict=True):
            participants.append((*key, nfl_id, position, "offense" if nfl_id < 200 else "defense"))
        frames = np.arange(arrival + 1)
        xy = start + velocity * ((frames - THROW) * FRAME_S)[:, None, None]  # [frame, player, 2]
        flown = np.clip((frames - THROW) / flight_frames, 0, 1)[:, None]
        ball = xy[:, 0] * (1 - flown) + xy[-1, target] * flown
        speed, angle = np.linalg.norm(velocity, axis=1), direction_of(velocity[:, 0], velocity[:, 1])
        for frame in frames:
            for player, nfl_id in enumerate(ids):
                tracking.append((*key, frame, nfl_id, *xy[frame, player], speed[player], angle[player]))
            tracking.append((*key, frame, BALL_ID, *ball[frame], np.nan, np.nan))
    return build_scenes(
        _columns(
            "game_id play_id snap_frame throw_frame arrival_frame passer_nfl_id target_nfl_id scrimmage_x_yd down "
            "yards_to_go",
            plays,
        ),
        _columns("game_id play_id nfl_id position side", participants),
        {**(columns := _columns("game_id play_id frame_id nfl_id x y s dir", tracking)), "o": columns["dir"]},
    )


def _line_up(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Where the 22 are at the throw, yd, and their velocities, yd/s."""
    start = np.column_stack([random.uniform(38, 60, 22), random.uniform(5, 48, 22)])
    velocity = np.column_stack([random.uniform(-2, 6, 22), random.uniform(-3, 3, 22)])
    start[0], velocity[0] = (29, 26), (0.5, 0)
    start[6:11] = np.column_stack([np.full(5, 33.0), np.linspace(22, 31, 5)])
    velocity[6:11] = 0
    return start, velocity


def _columns(names: str, rows: list[tuple]) -> dict[str, np.ndarray]:
    return {name: np.array(values) for name, values in zip(names.split(), zip(*rows, strict=True), strict=True)}
