"""Kinetics and interactions as pure functions: facts come in from the records, nothing is read or written here."""
