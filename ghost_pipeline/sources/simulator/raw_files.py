"""The raw files of a season, written piece by piece so that no more than a game of it is held in memory."""

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.csv as pv

from ghost_pipeline.sources.simulator.raw_tables import Row

_ROWS_AT_ONCE = 65_536


class RawFiles:
    """CSV files in a folder that grow at their end; files of the same names are replaced. Use it in a `with`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, pa.NativeFile] = {}
        self._stack = ExitStack()

    def __enter__(self) -> "RawFiles":
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files, in the order in which they were begun."""
        return tuple(self.folder / f"{name}.csv" for name in self._files)

    def add(self, name: str, rows: pa.Table | list[Row]) -> None:
        """Append rows to `<name>.csv`; the first ones bring the header."""
        begins = name not in self._files
        if begins:
            self._files[name] = self._stack.enter_context(pa.OSFile(str(self.folder / f"{name}.csv"), "wb"))
        table = rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows)
        pv.write_csv(table, self._files[name], pv.WriteOptions(include_header=begins, batch_size=_ROWS_AT_ONCE))
