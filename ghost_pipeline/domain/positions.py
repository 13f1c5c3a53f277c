"""Positions as the league abbreviates them, grouped by what they mean for a pass."""

DEFENSIVE_BACKS = frozenset({"CB", "S", "FS", "SS", "DB", "NB", "SAF"})
"""The players this platform is about: the hardest to predict (method)."""
CORNERBACKS = frozenset({"CB", "NB"})
SAFETIES = frozenset({"S", "FS", "SS", "SAF"})
INELIGIBLE = frozenset({"T", "G", "C", "OT", "OG", "OL", "LS", "LT", "RT", "LG", "RG"})
"""Offensive linemen: may not catch a pass unless they report."""
QUARTERBACK = "QB"
OFFENSIVE = INELIGIBLE | {"QB", "RB", "FB", "HB", "WR", "TE"}
"""Positions of the offence."""
