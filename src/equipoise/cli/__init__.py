"""The command line: the same use cases from a terminal. Heavy imports stay inside the commands."""

from equipoise.cli.app import main

__all__ = ["main"]
