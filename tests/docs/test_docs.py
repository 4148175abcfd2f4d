"""The documentation says what is true: generated pages, docstrings, examples, links, commands."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from equipoise.knowledge import Knowledge
from equipoise.model.base import Frozen

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "equipoise"
PAGES = [path for path in ROOT.rglob("*.md") if not {".venv", "node_modules"} & set(path.relative_to(ROOT).parts)]
HANDMADE = [path for path in PAGES if not path.read_text("utf-8").startswith("<!-- Made by")]


def generator() -> ModuleType:
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_pages_are_up_to_date(knowledge: Knowledge) -> None:
    """`make docs` would change nothing."""
    stale = [
        path.name
        for path, text in generator().pages(knowledge).items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    assert not stale, f"run `make docs`: {stale}"


def _public(tree: ast.Module) -> list[ast.ClassDef | ast.FunctionDef]:
    kinds = (ast.ClassDef, ast.FunctionDef)
    return [node for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")]


def test_every_public_thing_is_documented() -> None:
    """Every module and every public class and function says what it is or gives."""
    bare: list[str] = []
    for path in SRC.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        where = str(path.relative_to(SRC))
        bare += [where] if not ast.get_docstring(tree) else []
        bare += [f"{where}: {node.name}" for node in _public(tree) if not ast.get_docstring(node)]
    assert not bare


def test_every_source_that_code_names_is_a_record(knowledge: Knowledge) -> None:
    """`Source:` lines in docstrings lead to source records."""
    named = {
        key
        for path in SRC.rglob("*.py")
        for line in re.findall(r"Source: ([^\n]+)", path.read_text("utf-8"))
        for key in re.findall(r"\b([a-z][a-z0-9]*(?:_[a-z0-9]+)+)\b", line)
    }
    assert named
    assert named <= set(knowledge.sources), named - set(knowledge.sources)


@pytest.mark.parametrize("page", HANDMADE, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """A relative link in a page names a file that exists."""
    targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text("utf-8"))
    broken = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert not broken


def test_nothing_speaks_of_another_place() -> None:
    """The project speaks of itself alone: no paths of a machine, no working arrangements."""
    # A browser's own switch (--no-sandbox) is not meant.
    words = re.compile(r"/work/|/root/|\bhelper[- ]\d|scratch/|(?<!no-)\bsandbox\b", re.IGNORECASE)
    kinds = {".py", ".md", ".yaml", ".toml", ".json", ".mjs", ".j2", ""}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    own = str(Path(__file__).relative_to(ROOT))
    files = [ROOT / name for name in tracked if Path(name).suffix in kinds and name != own]
    found = [
        f"{path.name}: {hit.group(0)}"
        for path in files
        if path.is_file()
        for hit in words.finditer(path.read_text("utf-8"))
    ]
    assert not found


def _console_blocks() -> list[tuple[str, tuple[str, ...]]]:
    """The `equipoise` commands of each console block of the handmade pages."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for page in HANDMADE:
        for block in re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            commands = tuple(line[2:] for line in block.splitlines() if line.startswith("$ equipoise "))
            found += [(page.name, commands)] if commands else []
    return found


@pytest.mark.parametrize(("page", "commands"), _console_blocks())
def test_the_commands_in_the_pages_run(page: str, commands: tuple[str, ...], tmp_path: Path) -> None:
    """The commands of a block end well one after another, in an empty folder with the examples beside them."""
    del page
    for path in (SRC / "examples").iterdir():
        if path.suffix != ".md":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    for command in commands:
        arguments = shlex.split(command, comments=True)[1:]
        program = [sys.executable, "-c", "from equipoise.cli import main; main()", *arguments]
        done = subprocess.run(program, cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"


def _python_blocks() -> list[tuple[str, str]]:
    """The Python that stands in the handmade pages."""
    return [
        (page.name, block)
        for page in HANDMADE
        for block in re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    ]


@pytest.mark.parametrize(("page", "block"), _python_blocks())
def test_the_python_in_the_pages_runs(page: str, block: str) -> None:
    """Every Python block of the documentation runs by itself, and what it asserts holds."""
    done = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{page}: {done.stderr}"


def test_every_type_of_the_vocabulary_is_frozen() -> None:
    """No type of the vocabulary can change after it was checked, and none takes an unknown field."""
    kinds = _subclasses(Frozen)
    assert len(kinds) > 40
    for kind in kinds:
        assert kind.model_config.get("frozen"), kind
        assert kind.model_config.get("extra") == "forbid", kind


def _subclasses(kind: type) -> list[type[Frozen]]:
    return [item for child in kind.__subclasses__() for item in (child, *_subclasses(child))]
