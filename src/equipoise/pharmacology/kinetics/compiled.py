"""Generated programs: written to the user's cache folder, compiled once by numba, loaded by every later start."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from types import ModuleType

from equipoise.errors import of_extra
from equipoise.folders import cache_folder

FOLDER = "programs"
HEADING = """# Written by equipoise from a system's description; compiled by numba. Values of eight numbers: {lanes}.
from __future__ import annotations

import math

import numpy as np
from numba import njit

from equipoise.pharmacology.kinetics.lanes import every, exp, fabs, fma, if_less, load, store

# No liberties for the compiler: with them the last bits depended on where it put a function in, and a program that was
# loaded gave others than the same one just compiled. Products in sums are written as `fma`. No reference counts: arrays
# come from outside, and their counting took a third of the time.
settings = dict(nogil=True, error_model="numpy", boundscheck=False, _nrt=False)
compiled = njit(**settings, no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""
KEPT = 200  # compiled programs that stay: those used last
STAMP_S = 1_600_000_000  # numba takes a source with another time for a changed one, so that every process writes this


@cache
def heading() -> str:
    """How every program begins: what it may use, and `compiled`, which compiles functions that only programs call.

    It names the state of `lanes`, so that a program is compiled anew when that changes.
    """
    return HEADING.format(lanes=hashlib.sha256(Path(__file__).with_name("lanes.py").read_bytes()).hexdigest()[:16])


def load(source: str, name: str) -> ModuleType:
    """The module of a generated program whose functions numba has compiled or will compile at their first call.

    `name`: a word for what it is, part of the module's name. The same source is compiled once on a machine, whichever
    process asks for it. Raises `MissingExtraError` where numba is not installed.
    """
    module_name = f"equipoise_{name}_{_hash(source)}"
    if module_name in sys.modules:
        return sys.modules[module_name]
    path = _written(module_name, source)
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"no loader for {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[module_name]
        raise
    return module


def _hash(source: str) -> str:
    """A hash of the source and of what compiles it."""
    numba = of_extra("numba", "simulate")
    versions = f"{numba.__version__} {sys.version}"
    return hashlib.sha256(f"{versions}\n{source}".encode()).hexdigest()[:24]


def _written(module_name: str, source: str) -> Path:
    """The file of a program; in a folder for this process alone where the cache folder cannot be written."""
    folder = cache_folder() / FOLDER / module_name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _complete(folder / f"{module_name}.py", source)
        os.utime(folder)
        _forget_old(folder.parent)
    except OSError:
        return _complete(Path(tempfile.mkdtemp(prefix="equipoise-")) / f"{module_name}.py", source)
    return path


def _complete(path: Path, source: str) -> Path:
    """The file with this source, put in place as a whole: another process may be writing the same."""
    if not path.exists() or path.read_text("utf-8") != source:
        handle, made = tempfile.mkstemp(dir=path.parent, suffix=".making")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(source)
        os.utime(made, (STAMP_S, STAMP_S))
        Path(made).replace(path)
    return path


def _forget_old(parent: Path) -> None:
    folders = sorted(parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in folders[KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)
