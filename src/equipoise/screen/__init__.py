"""Screening: what speaks against an adjunct for this patient, how sure that is, and what is unknown."""

from equipoise.screen.engine import screen

__all__ = ["screen"]
