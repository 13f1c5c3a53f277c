"""The frames before the line is set: players break the huddle and walk to their places.

Real tracking files hold more frames before the snap than after it, so a season of real size needs them too. They carry
no information for anybody: nothing in here is drawn, all of it follows from where the players line up.
"""

import numpy as np

from ghost_pipeline.domain.field import FRAME_S, direction_of
from ghost_pipeline.sources.simulator.lineup import DEFENSE, PLAYERS
from ghost_pipeline.sources.simulator.motion import Array, length

_TIGHTNESS = 0.35
"""How far from the middle of his side a player stands in the huddle, as a share of how far he lines up from it."""
_BACK_YD = 4.0
_HUDDLE_SHARE = 0.25
"""Share of the frames in which everybody still stands in the huddle."""


def walk_up(start_xy: Array, noise_yd: Array, frames: int) -> dict[str, Array]:
    """Tracking columns [N, frames, 23] before the line set, in the offence's frame of reference.

    `start_xy` [N, 23, 2] is where players and ball are at the line set, `noise_yd` [N, frames, 23, 2] the error of the
    tracking.
    """
    huddle = start_xy.copy()
    for side, away in ((slice(0, DEFENSE.start), -_BACK_YD), (DEFENSE, _BACK_YD)):
        middle = start_xy[:, side].mean(axis=1, keepdims=True)
        huddle[:, side] = middle + _TIGHTNESS * (start_xy[:, side] - middle) + np.array([away, 0.0])
    share = (np.arange(frames + 2) / (frames + 1) - _HUDDLE_SHARE) / (1 - _HUDDLE_SHARE)
    left = (1 + np.cos(np.pi * np.clip(share, 0.0, 1.0))) / 2
    path = start_xy[:, None] + left[None, :, None, None] * (huddle - start_xy)[:, None]
    velocity = np.diff(path, axis=1) / FRAME_S
    acceleration = np.diff(velocity, axis=1) / FRAME_S
    xy, velocity = path[:, 1:-1] + noise_yd, velocity[:, :-1]
    step = np.diff(xy, axis=1, prepend=xy[:, :1])
    facing = np.zeros_like(velocity)
    facing[..., 0] = np.where(np.arange(PLAYERS + 1) < DEFENSE.start, 1.0, -1.0)
    heading = direction_of(*np.moveaxis(facing + velocity, -1, 0))
    heading[..., PLAYERS] = 0.0
    return {
        "x": xy[..., 0],
        "y": xy[..., 1],
        "s": length(velocity),
        "a": length(acceleration),
        "dis": length(step),
        "o": heading,
        "dir": heading,
    }
