"""The documents say what is so: commands exist, links lead somewhere, settings are complete."""

import re
from pathlib import Path

import pytest
import typer

from ghost_pipeline import cli
from ghost_pipeline.settings import PREFIX, PROJECT_DIR, Settings

MOST_BYTES = 200_000
"""Of a picture: they are kept in the repository for ever."""
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "ghost_pipeline/**/*.md", "infra/*.md")
    for page in PROJECT_DIR.glob(pattern)
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT_DIR).as_posix())
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing


def test_pictures_are_small_and_made_by_a_script() -> None:
    docs = PROJECT_DIR / "docs"
    scripts = "".join((docs / name).read_text(encoding="utf-8") for name in ("make_tour.py", "make_pictures.py"))
    for name in re.findall(r"\(images/([\w-]+)\.png\)", (docs / "tour.md").read_text(encoding="utf-8")):
        assert f'"{name}"' in scripts or f'"{name}.png"' in scripts, name
        assert (docs / "images" / f"{name}.png").stat().st_size < MOST_BYTES, name


def test_make_commands_in_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT_DIR / "Makefile").read_text(), re.MULTILINE))
    commands = set(re.findall(r"`?make ([a-z-]+)", (PROJECT_DIR / "README.md").read_text()))
    assert {"demo", "test", "real", "ui"} <= commands <= targets


def test_every_setting_is_documented_with_its_default() -> None:
    text = (PROJECT_DIR / "docs" / "settings.md").read_text()
    documented = dict(re.findall(rf"\| `({PREFIX}\w+)` \| (\S+) \|", text))
    for name, field in Settings.model_fields.items():
        default = documented.pop(PREFIX + name.upper())
        assert default == (f"`{field.default}`" if str(field.default) else "empty"), name
        assert field.description in text, name
    assert not documented, "documented, but no setting"


def test_the_required_top_level_is_there() -> None:
    for name in ("workspace.yaml", "pyproject.toml", "ghost_pipeline", "dbt_like_sql", "tests", "infra", "LICENSE"):
        assert (PROJECT_DIR / name).exists(), name


def test_commands_in_the_documents_exist() -> None:
    commands = typer.main.get_command(cli.app).commands
    named: dict[tuple[str, ...], str] = {}
    for page in PAGES:
        for line in re.findall(
            r"(?:`|^|&& )ghost ([a-z-]+(?: [a-z]+)?)", page.read_text(encoding="utf-8"), re.MULTILINE
        ):
            named[tuple(line.split())] = page.name
    assert {("backup",), ("models", "rollback"), ("quarantine", "withdraw")} <= named.keys()
    for words, page in named.items():
        assert words[0] in commands, f"{page}: ghost {words[0]}"
        parts = getattr(commands[words[0]], "commands", None)
        if parts and words[1:]:
            assert words[1] in parts, f"{page}: ghost {' '.join(words)}"
