"""The ranking of candidate features over all weeks, stored as an artifact that the deep model reads."""

from collections.abc import Callable

from ghost_pipeline.domain.split import HELD_OUT_FOLD
from ghost_pipeline.errors import MissingObjectError
from ghost_pipeline.features.candidates import backs_in_air, candidates_of, concatenate
from ghost_pipeline.features.definitions import FRAME_FEATURES_TABLE
from ghost_pipeline.features.ranking import RankedFeatures, rank_features
from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.pipeline.provenance import provenance

Progress = Callable[[str, int, int], None]
RANKED = "ranked_features"
SAMPLED_ROWS = 60_000
"""Rows of all weeks together that the ranking draws from."""


def rank_candidates(platform: Platform, progress: Progress = lambda *_: None) -> RankedFeatures:
    """Rank the candidates over all weeks and store the choice as an artifact. Raises as `ranking_without`."""
    ranked = ranking_without(HELD_OUT_FOLD, platform, progress)
    facts = {**provenance(platform, [FRAME_FEATURES_TABLE]), "rows": ranked.rows, "games": ranked.games}
    version = platform.artifacts.save(RANKED, {"ranking.json": ranked.to_json()}, facts)
    platform.artifacts.promote(RANKED, version, "newest ranking")
    return ranked


def ranking_without(fold: int, platform: Platform, progress: Progress = lambda *_: None) -> RankedFeatures:
    """The ranking over all weeks that has not seen the games of this fold (domain.split).

    Weeks are read one after another and each gives a sample only, so that a season needs no more memory than a week.
    Raises MissingObjectError without frame features and GhostError when games are too few.
    """
    partitions, settings = platform.partitions, platform.settings
    weeks = partitions.weeks(FRAME_FEATURES_TABLE)
    if not weeks:
        raise MissingObjectError(f"{platform.store.url} holds no frame features: refresh a week first")
    share = SAMPLED_ROWS // len(weeks)
    found = []
    for number, week in enumerate(weeks):
        progress("read candidates", number, len(weeks))
        rows = candidates_of(backs_in_air(partitions.read(FRAME_FEATURES_TABLE, week)), fold)
        found.append(rows.sample(share, settings.seed))
    return rank_features(concatenate(found), settings.seed, settings.thread_count, progress)


def load_ranked(platform: Platform) -> RankedFeatures:
    """The choice in use. Raises MissingObjectError before a ranking."""
    return RankedFeatures.from_json(platform.artifacts.load(RANKED).files["ranking.json"])
