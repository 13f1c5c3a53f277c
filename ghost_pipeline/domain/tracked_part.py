"""Which players a source tracks: some public data sets leave out, by their own rules, some of the twenty-two.

A play says so in its column `tracked_part`; the rules that count players and samples then ask only for what can be
there. Nothing else in the platform knows one source from another.
"""

EVERYONE = "everyone"
"""Eleven a side in every frame."""
NO_LINEMEN = "no_linemen"
"""Linemen of both sides are left out in every frame."""
KNOWN_ROLES = "known_roles"
"""Players with a role in the pass only, and after the throw only those whose path is to be predicted."""

TRACKED_PARTS = (EVERYONE, NO_LINEMEN, KNOWN_ROLES)
PARTIAL = frozenset({NO_LINEMEN, KNOWN_ROLES})
"""Fewer than eleven a side are no fault."""
LEAVE_AT_THROW = frozenset({KNOWN_ROLES})
"""Who has no sample after the throw is no fault."""
