"""Analyse: the honest individual answer of a single-patient trial, exact up to quadrature."""
