"""Equipoise: find out, safely, whether an adjunct helps this patient."""

__version__ = "0.1.0"
