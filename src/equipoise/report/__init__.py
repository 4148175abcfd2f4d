"""A dossier for people and for machines: terminal, page, PDF and JSON."""
