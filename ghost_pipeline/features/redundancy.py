"""Which groups of candidates say the same thing: rank correlations, families, and an order that avoids repetition.

Shape letters: N rows, D candidate features, G groups (a vector is one group of two features).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering

FAMILY_SIMILARITY = 0.8
"""Groups whose mean rank correlation is at least this belong to one family."""
DUPLICATE = 0.95
"""A group whose rank correlation with what was taken before is at least this adds nothing but its name."""
Columns = Sequence[Sequence[int]]
"""For each group the columns of its features."""


def rank_correlation(values: NDArray) -> NDArray[np.float64]:
    """[D, D] absolute Spearman correlations of the columns of [N, D]; 0 where a column does not vary."""
    found = np.array(pd.DataFrame(values).corr("spearman"))
    found = np.abs(np.nan_to_num(found))
    np.fill_diagonal(found, 1.0)
    return found


def similarity(correlation: NDArray, groups: Columns) -> NDArray[np.float64]:
    """[G, G] how much two groups say the same: each feature beside its likest in the other group, averaged."""
    one_way = np.array([[correlation[np.ix_(mine, other)].max(1).mean() for other in groups] for mine in groups])
    return (one_way + one_way.T) / 2


def families(similar: NDArray) -> NDArray[np.int64]:
    """[G] family number of each group: average-linkage clusters of FAMILY_SIMILARITY."""
    clusters = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1 - FAMILY_SIMILARITY
    )
    return clusters.fit_predict(1 - similar)


def without_repetition(importance: NDArray, correlation: NDArray, groups: Columns) -> list[int]:
    """Groups in the order in which to take them: the most important first, those that only repeat them last.

    A group repeats what was taken before when its features correlate, on average, at least DUPLICATE with the likest
    one taken. A milder discount of correlated groups was tried on real plays and costs error: acceleration over one
    and over five frames correlate by 0.93, yet together they tell signal from noise.
    """
    first: list[int] = []
    last: list[int] = []
    taken: list[int] = []
    for group in np.argsort(-importance, kind="stable").tolist():
        mine = list(groups[group])
        repeats = bool(taken) and correlation[np.ix_(mine, taken)].max(axis=1).mean() >= DUPLICATE
        (last if repeats else first).append(group)
        taken += [] if repeats else mine
    return first + last
