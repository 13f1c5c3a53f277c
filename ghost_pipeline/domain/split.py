"""Which games are held out: decided by a hash of the game id, the same for every model."""

import hashlib

import numpy as np
from numpy.typing import NDArray

FOLDS = 5
HELD_OUT_FOLD = 0


def fold_of(game_id: int) -> int:
    """Fold 0..FOLDS-1 of a game; stable across machines and versions."""
    digest = hashlib.sha256(f"game {int(game_id)}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % FOLDS


def folds_of(game_ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Fold of each game id, [N] -> [N]."""
    unique, inverse = np.unique(game_ids, return_inverse=True)
    return np.array([fold_of(game) for game in unique], np.int64)[inverse]


INNER_PARTS = 6


def inner_parts(game_ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Part 0..INNER_PARTS-1 of each game among the games given, [N] -> [N]: each part may be set aside to stop and to
    calibrate a model that learns from the others. Games go to the parts in turn, in an order of their own hash, so no
    part is empty as long as there are as many games; with fewer games there are fewer parts."""
    unique, inverse = np.unique(game_ids, return_inverse=True)
    order = sorted(range(len(unique)), key=lambda n: hashlib.sha256(f"inner {int(unique[n])}".encode()).digest())
    part = np.empty(len(unique), np.int64)
    part[order] = np.arange(len(unique)) % INNER_PARTS
    return part[inverse]
