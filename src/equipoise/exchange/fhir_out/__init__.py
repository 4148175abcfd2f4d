"""A screening as a strict FHIR R4 (4.0.1) document, and in `trial` the plan of a trial; no FHIR library at run time."""

from equipoise.exchange.fhir_out.bundle import dossier_to_fhir, dossier_to_fhir_json

__all__ = ["dossier_to_fhir", "dossier_to_fhir_json"]
