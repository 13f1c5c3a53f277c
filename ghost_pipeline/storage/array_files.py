"""Arrays too big for memory: .npy files that grow at their end, and are read back through memory maps."""

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray


class ArrayFiles:
    """Writes one `<name>.npy` per array into a folder; for a `with`. All parts of an array have one shape but for the
    first axis."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        self._files: dict[str, tuple[BinaryIO, NDArray]] = {}
        self._lengths: dict[str, int] = {}

    def __enter__(self) -> "ArrayFiles":
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for name, (file, like) in self._files.items():
            file.seek(0)
            _write_header(file, like, self._lengths[name])
        self._stack.close()

    def append(self, name: str, part: NDArray) -> None:
        """Add rows to the end of an array. Raises ValueError when they have another type or shape than those before."""
        part = np.ascontiguousarray(part)
        if name not in self._files:
            begun = self._stack.enter_context((self.folder / f"{name}.npy").open("wb"))
            self._files[name], self._lengths[name] = (begun, part[:0]), 0
            _write_header(begun, part, 0)
        file, like = self._files[name]
        if (part.dtype, part.shape[1:]) != (like.dtype, like.shape[1:]):
            raise ValueError(
                f"array {name}: found rows of {part.dtype} {part.shape[1:]}, expected {like.dtype} {like.shape[1:]}"
            )
        file.write(part.data)
        self._lengths[name] += len(part)


def _write_header(file: BinaryIO, like: NDArray, length: int) -> None:
    """numpy leaves room for the first axis to grow, so the header can be written again in its place."""
    shape = (length, *like.shape[1:])
    header = {"shape": shape, "fortran_order": False, "descr": npy.dtype_to_descr(like.dtype)}
    npy.write_array_header_1_0(file, header)


def mapped(folder: Path, name: str) -> NDArray:
    """An array of a folder as a read-only memory map: what is not looked at is not read."""
    path = folder / f"{name}.npy"
    with path.open("rb") as file:
        npy.read_magic(file)
        shape, _, _ = npy.read_array_header_1_0(file)
    return np.load(path, mmap_mode="r" if np.prod(shape) else None)  # nothing cannot be mapped
