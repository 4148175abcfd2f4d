"""Analyse: the honest individual answer of a single-patient trial, exact up to quadrature."""

from equipoise.analyse.individual import analyse

__all__ = ["analyse"]
