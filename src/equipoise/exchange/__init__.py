"""Files in and out: charts become cases (`read_cases`, `merge_cases`), dossiers become FHIR (`fhir_out`)."""

from equipoise.exchange.merge import merge_cases
from equipoise.exchange.read import read_cases

__all__ = ["merge_cases", "read_cases"]
