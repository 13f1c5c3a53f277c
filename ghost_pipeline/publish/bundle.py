"""The files that all pages share, so that nothing is fetched from outside."""

import json
from collections.abc import Iterator
from importlib.resources import files

OWN_FILES = ("site.css", "theme.js", "charts.js", "tables.js", "play_viewer.js")


def bundled_files() -> Iterator[tuple[str, bytes]]:
    """(path, content) of the style sheet, the scripts, Plotly and DataTables."""
    for name in OWN_FILES:
        yield f"assets/{name}", (files("ghost_pipeline.publish") / "templates" / name).read_bytes()
    yield "assets/plotly.min.js", (files("plotly") / "package_data" / "plotly.min.js").read_bytes()
    tables = files("itables") / "html"
    yield "assets/datatables.css", (tables / "dt_bundle.css").read_bytes()
    yield "assets/datatables.js", _as_classic_script((tables / "dt_bundle.js").read_text(encoding="utf-8"))


def _as_classic_script(module: str) -> bytes:
    """itables ships DataTables as a module, and browsers refuse to import a module from a file on disk: pack it as a
    text that the page imports from memory."""
    blob = f'new Blob([{json.dumps(module)}], {{type: "text/javascript"}})'
    return f"window.dataTablesReady = import(URL.createObjectURL({blob}));\n".encode()
