"""What the official description of a play says: who the pass was meant for and how it ended.

`(3:44) (Shotgun) P.Mahomes pass deep right to S.Watkins pushed ob at SF 10 for 38 yards (J.Ward).`
"""

import re
from collections.abc import Iterable

_REVERSED = re.compile(r"play was REVERSED\.\s*", re.IGNORECASE)
_RECEIVER = re.compile(r"\bpass\b[^.()]*?\b(?:to|intended for) (?P<prefix>[A-Z][A-Za-z'\-]*)\.\s?(?P<rest>[A-Z].*)")
_SURNAME = re.compile(r"(?:[A-Z][A-Za-z'\-]*\.?\s?)+")
_SUFFIX = re.compile(r"\s+(?:Jr\.?|Sr\.?|II|III|IV|V)$")
_GAME_CLOCK = re.compile(r"(\d{0,2}):(\d{2})(?::00)?")


def targeted_player(description: str, offense: Iterable[tuple[int, str]]) -> int | None:
    """The one player of the offence, given as (number, full name), whom the description says the pass was for.

    None when it names nobody, nobody on the field, or fits several.
    """
    fitting = named_in(description, ((number, name, None) for number, name in offense))
    return fitting.pop() if len(fitting) == 1 else None


def named_in(description: str, offense: Iterable[tuple[int, str | None, str | None]]) -> set[int]:
    """Players whom the description may mean as the receiver, each given as (number, full name, start of the surname).

    Where the full name is not known, three letters of the surname as in the league's ESB ids have to do.
    """
    found = _RECEIVER.search(final_ruling(description))
    if found is None:
        return set()
    start = _surname_start(found["rest"])
    return {
        number
        for number, name, surname in offense
        if (_fits(name, found["prefix"], found["rest"]) if name else bool(surname) and surname == start)
    }


def names_a_receiver(description: str) -> bool:
    """Whether the description says that the pass was for somebody."""
    return _RECEIVER.search(final_ruling(description)) is not None


def result_in_words(description: str) -> str | None:
    """C, I or IN as the description tells it; None when it tells of no pass."""
    ruling = final_ruling(description)
    if not re.search(r"\bpass\b", ruling):
        return None
    if "INTERCEPTED" in ruling:
        return "IN"
    if re.search(r"\bpass incomplete\b|\bis incomplete\b", ruling):
        return "I"
    return "C" if _RECEIVER.search(ruling) else None


def final_ruling(description: str) -> str:
    """The text after the last reversal by review, where the play is told anew; else the whole text."""
    told_anew = _REVERSED.split(description)[-1]
    return told_anew if "pass" in told_anew else description


def game_clock_s(text: str) -> int | None:
    """Seconds left of a clock such as 07:20, :51 or 15:00:00; None when it is no clock."""
    found = _GAME_CLOCK.fullmatch(text.strip())
    return int(found[1] or 0) * 60 + int(found[2]) if found else None


def _surname_start(rest: str) -> str:
    """`St. Brown to DET 40 ...` -> STB: the first three letters of the words with capitals."""
    words = _SURNAME.match(rest)
    return re.sub(r"[^A-Za-z]", "", words[0])[:3].upper() if words else ""


def _fits(name: str, prefix: str, rest: str) -> bool:
    """Whether `Dam` + `Williams left end ...` abbreviates the full name `Damien Williams`."""
    first, _, last = name.partition(" ")
    last = _SUFFIX.sub("", last)
    given = first.replace(".", "").casefold().startswith(prefix.casefold())
    tail = rest[len(last) : len(last) + 1]
    family = bool(last) and rest[: len(last)].casefold() == last.casefold()
    return given and family and not (tail.isalpha() or tail in ("'", "-"))
