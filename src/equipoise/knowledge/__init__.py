"""Sourced, dated facts: loaded once, checked, hashed, looked up by id."""

from equipoise.knowledge.store import RECORDS, Knowledge, load_knowledge
from equipoise.knowledge.substance_knowledge import SubstanceKnowledge

__all__ = ["RECORDS", "Knowledge", "SubstanceKnowledge", "load_knowledge"]
