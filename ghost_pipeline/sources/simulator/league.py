"""An invented league: 32 teams and their players, each with abilities that last the season.

Nothing here names a real club or person: names are put together from syllables, in an order the seed decides.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

TEAMS = (
    "AXT", "BRV", "CDR", "DLM", "EMB", "FRN", "GLD", "HVN", "IRN", "JNP", "KLM", "LUX", "MRL", "NVA", "OBS",
    "PYR", "QRY", "RDG", "SLT", "TRN", "UMB", "VLT", "WDN", "XEN", "YRK", "ZPH", "ASP", "BOR", "CYP", "DRF",
    "EBB", "FLX",
)  # fmt: skip

OFFENSE_SLOTS = ("QB", "LT", "LG", "C", "RG", "RT", "RB", "WR1", "WR2", "WR3", "WR4", "TE1", "TE2")
FRONT_SLOTS = ("F0", "F1", "F2", "F3", "F4", "F5", "F6")
BACK_SLOTS = ("CB1", "CB2", "CB3", "SS", "FS")
SLOTS = OFFENSE_SLOTS + FRONT_SLOTS + BACK_SLOTS
"""The roster, from left to right and front to back; the seven of the front mean what the team's front says."""

FRONTS = {"4-3": ["DE", "DT", "DT", "DE", "OLB", "MLB", "OLB"], "3-4": ["DE", "NT", "DE", "OLB", "ILB", "ILB", "OLB"]}
FIRST_NFL_ID = 900_001

_TOP_SPEED_YD_S = {
    "QB": 8.0, "T": 6.4, "G": 6.3, "C": 6.4, "RB": 9.3, "WR": 9.6, "TE": 8.6, "DE": 7.9, "DT": 7.0, "NT": 6.7,
    "OLB": 8.5, "MLB": 8.6, "ILB": 8.6, "CB": 9.6, "SS": 9.2, "FS": 9.4,
}  # fmt: skip
_ACCELERATION_YD_S2 = {
    "QB": 5.0, "T": 4.0, "G": 3.9, "C": 4.0, "RB": 6.2, "WR": 6.3, "TE": 5.5, "DE": 5.2, "DT": 4.6, "NT": 4.4,
    "OLB": 5.6, "MLB": 5.7, "ILB": 5.7, "CB": 6.4, "SS": 6.1, "FS": 6.2,
}  # fmt: skip
_SIZE = {
    "QB": (75, 222), "T": (78, 314), "G": (76, 312), "C": (75, 305), "RB": (70, 212), "WR": (72, 198), "TE": (76, 250),
    "DE": (76, 268), "DT": (75, 303), "NT": (75, 326), "OLB": (75, 244), "MLB": (73, 236), "ILB": (73, 234),
    "CB": (71, 192), "SS": (72, 206), "FS": (72, 200),
}  # fmt: skip
_JERSEYS = {
    "QB": range(1, 19), "T": range(70, 80), "G": range(60, 70), "C": range(50, 60), "RB": range(20, 40),
    "WR": range(10, 20), "TE": range(80, 90), "DE": range(90, 100), "DT": range(90, 100), "NT": range(90, 100),
    "OLB": range(40, 60), "MLB": range(40, 60), "ILB": range(40, 60), "CB": range(20, 40), "SS": range(20, 40),
    "FS": range(20, 40),
}  # fmt: skip
_SPEED_SPREAD_YD_S = 0.32
_FIRST_SYLLABLES = (
    "Bran", "Dar", "Cal", "Vel", "Tor", "Kes", "Jor", "Mal", "Ren", "Syl", "Tav", "Orl", "Fen", "Gar", "Hal",
    "Ist", "Lor", "Nev", "Pel", "Quin",
)  # fmt: skip
_FIRST_ENDINGS = (
    "en", "ick", "ovan", "is", "ard", "ell", "ius", "o", "an", "eth",
)  # fmt: skip
_LAST_SYLLABLES = (
    "Ash", "Bel", "Crom", "Dun", "Ever", "Falk", "Grim", "Hesk", "Ilver", "Jast", "Korb", "Lund", "Morv", "Nack",
    "Ost", "Prav", "Quill", "Rusk", "Stral", "Thorn", "Ulm", "Varn", "Wex", "Yarrow", "Zell",
)  # fmt: skip
_LAST_ENDINGS = (
    "bury", "wick", "more", "den", "ford", "ley", "stead", "croft", "mere", "gate", "holm", "shaw",
)  # fmt: skip
_COLLEGES = (
    "Northmoor State", "Eastvale", "Lakeshore Tech", "Ridgeway", "Southport A&I", "Highfield", "Westmere State",
    "Old Quarry",
)  # fmt: skip


@dataclass(frozen=True)
class League:
    """Teams, and players as columns over L = teams x roster slots; player = team * len(SLOTS) + slot."""

    front: list[str]  # [teams] "4-3" or "3-4"
    man_rate: NDArray[np.float64]  # [teams] share of man coverage
    blitz_rate: NDArray[np.float64]  # [teams]
    position: list[str]  # [L]
    name: list[str]  # [L]
    jersey: NDArray[np.int64]  # [L]
    height_in: NDArray[np.int64]  # [L]
    weight_lb: NDArray[np.int64]  # [L]
    birth_date: list[str]  # [L]
    college: list[str]  # [L]
    top_speed_yd_s: NDArray[np.float64]  # [L]
    acceleration_yd_s2: NDArray[np.float64]  # [L]
    skill: NDArray[np.float64]  # [L] standard scores: passing, hands, coverage, rushing or blocking

    def players(self, team: int, slots: tuple[str, ...]) -> NDArray[np.int64]:
        """Players of a team in these roster slots."""
        return team * len(SLOTS) + np.array([SLOTS.index(slot) for slot in slots])

    def nfl_id(self, players: NDArray[np.int64]) -> NDArray[np.int64]:
        """League numbers of players."""
        return players + FIRST_NFL_ID

    def team(self, players: NDArray[np.int64]) -> NDArray[np.int64]:
        """Index in TEAMS of each player's team."""
        return players // len(SLOTS)


def build_league(seed: int, season: int) -> League:
    """The league of a season seed: always the same for the same seed."""
    rng = np.random.default_rng([seed, 32])
    front = [str(choice) for choice in rng.choice(list(FRONTS), len(TEAMS))]
    position = [_position(slot, front[team]) for team in range(len(TEAMS)) for slot in SLOTS]
    count = len(position)

    def base(table: dict[str, float]) -> NDArray[np.float64]:
        return np.array([table[p] for p in position])

    height, weight = (np.array([_SIZE[p][i] for p in position]) for i in (0, 1))
    ages_days = rng.integers(22 * 365, 33 * 365, count)
    return League(
        front=front,
        man_rate=rng.uniform(0.22, 0.5, len(TEAMS)),
        blitz_rate=rng.uniform(0.12, 0.34, len(TEAMS)),
        position=position,
        name=_names(rng, count),
        jersey=_jerseys(rng, position),
        height_in=height + np.rint(rng.normal(0, 1.2, count)).astype(np.int64),
        weight_lb=weight + np.rint(rng.normal(0, 8, count)).astype(np.int64),
        birth_date=[str(date(season, 9, 1) - timedelta(days=int(days))) for days in ages_days],
        college=[str(name) for name in rng.choice(_COLLEGES, count)],
        top_speed_yd_s=base(_TOP_SPEED_YD_S) + _SPEED_SPREAD_YD_S * np.clip(rng.normal(size=count), -2, 2),
        acceleration_yd_s2=base(_ACCELERATION_YD_S2) * (1 + 0.05 * np.clip(rng.normal(size=count), -2, 2)),
        skill=np.clip(rng.normal(size=count), -2.2, 2.2),
    )


def _position(slot: str, front: str) -> str:
    if slot in FRONT_SLOTS:
        return FRONTS[front][FRONT_SLOTS.index(slot)]
    names = {"LT": "T", "RT": "T", "LG": "G", "RG": "G"}
    return names.get(slot, slot.rstrip("1234"))


def _names(rng: np.random.Generator, count: int) -> list[str]:
    """Full names whose `F.Last` form is unique in the league's every team, since descriptions abbreviate them."""
    firsts = [a + b for a in _FIRST_SYLLABLES for b in _FIRST_ENDINGS]
    lasts = [a + b for a in _LAST_SYLLABLES for b in _LAST_ENDINGS]
    names: list[str] = []
    for begin in range(0, count, len(SLOTS)):
        size = min(len(SLOTS), count - begin)
        first, last = rng.choice(firsts, size), rng.choice(lasts, size, replace=False)
        names += [f"{a} {b}" for a, b in zip(first, last, strict=True)]
    return names


def _jerseys(rng: np.random.Generator, position: list[str]) -> NDArray[np.int64]:
    """Numbers that fit the position and are unique in a team."""
    numbers: list[int] = []
    for begin in range(0, len(position), len(SLOTS)):
        taken: set[int] = set()
        for p in position[begin : begin + len(SLOTS)]:
            free = [number for number in _JERSEYS[p] if number not in taken]
            numbers.append(int(rng.choice(free)))
            taken.add(numbers[-1])
    return np.array(numbers)
