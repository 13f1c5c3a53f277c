"""Errors a user can act on: each says what was found, what was expected and what to do."""

from typing import Any


class GhostError(Exception):
    """Base of all errors of this package; the command line prints it without a traceback."""


class BadInputError(GhostError):
    """A file breaks its format: names the file, the place in it, what was found and the cure."""

    def __init__(self, file: str, found: str, expected: str, cure: str, place: str = "") -> None:
        self.file, self.place, self.found, self.expected, self.cure = file, place, found, expected, cure
        where = f"{file}, {place}" if place else file
        super().__init__(f"{where}: found {found}; expected {expected}. {cure}")


class UnfitWeekError(GhostError):
    """A week is not fit to be published; `check_results` are the rows of that table that say why."""

    def __init__(self, message: str, check_results: list[dict[str, Any]]) -> None:
        self.check_results = check_results
        super().__init__(message)


class SettingsError(GhostError):
    """A setting is unknown or has an impossible value."""


class MissingObjectError(GhostError):
    """The store does not hold what a step needs; says which step makes it."""


class StorageError(GhostError):
    """The object store refused or lost an operation."""


class WarehouseError(GhostError):
    """The warehouse could not be built or read: names the model or test and what went wrong."""


class ExpectationError(GhostError):
    """A data quality expectation could not be evaluated, which is neither a pass nor a failure of the data."""


class AlertError(GhostError):
    """A message about a problem could not be delivered; never names the address, which is a secret."""
