"""FHIR JSON in: whatever an exporter writes becomes cases, and what does not is listed with its path and reason."""

from equipoise.exchange.fhir_in.assemble import read_fhir

__all__ = ["read_fhir"]
