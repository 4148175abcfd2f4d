"""Sourced, dated facts: loaded once, checked, hashed, looked up by id."""

from equipoise.knowledge.store import RECORDS, Knowledge, SubstanceKnowledge, load_knowledge

__all__ = ["RECORDS", "Knowledge", "SubstanceKnowledge", "load_knowledge"]
