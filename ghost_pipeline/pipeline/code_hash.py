"""What a step's code is, as a hash: the part of a data version that changes when the program does."""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from threading import Lock

import ghost_pipeline

_PACKAGE = Path(ghost_pipeline.__file__).parent
_ONE_PARSER = Lock()
"""Python 3.11 counts the depth of syntax trees for all threads together, and fails when two parse at once."""


@cache
def code_hash(module: str) -> str:
    """Short hash of a module of this package and of all modules of the package that it imports, wherever it does.

    Comments, docstrings and layout do not count: they change no result.
    """
    digest, waiting, known = hashlib.sha256(), [module], {module}
    while waiting:
        for imported in _imports(_tree(waiting.pop())):
            if imported not in known and _file(imported) is not None:
                known.add(imported)
                waiting.append(imported)
    for name in sorted(known):
        digest.update(f"{name}\n{ast.dump(_without_docstrings(_tree(name)))}\n".encode())
    return digest.hexdigest()[:16]


def _file(module: str) -> Path | None:
    package, *parts = module.split(".")
    if package != _PACKAGE.name:
        return None
    place = _PACKAGE.joinpath(*parts)
    return next((file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()), None)


def _tree(module: str) -> ast.Module:
    file = _file(module)
    if file is None:
        raise ModuleNotFoundError(f"{module} is no module of {_PACKAGE.name}")
    with _ONE_PARSER:
        return ast.parse(file.read_text(encoding="utf-8"))


def _imports(tree: ast.Module) -> Iterator[str]:
    """Names of everything imported; of `from a import b` both a and a.b, as b may be a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [one for one in body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
            node.body = kept  # type: ignore[attr-defined]
    return tree
