"""Tables on their way out of a reader, kept on disk so that memory is bounded by the biggest of them."""

import tempfile
from collections.abc import Iterator

import pyarrow as pa


class Spool:
    """Tables, given back in the order of the numbers they were put under. The file has no name: nothing can be left."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  It is closed with this object.
        self._places: dict[int, int] = {}

    def put(self, number: int, table: pa.Table) -> None:
        """Keep a table. Raises ValueError for a number that was there before."""
        if number in self._places:
            raise ValueError(f"{number} was put before")
        place = self._file.seek(0, 2)
        with pa.ipc.new_stream(self._file, table.schema) as writer:
            writer.write_table(table)
        self._places[number] = place

    def __iter__(self) -> Iterator[pa.Table]:
        """Every table, read when it is its turn."""
        for number in sorted(self._places):
            self._file.seek(self._places[number])
            yield pa.ipc.open_stream(self._file).read_all()
