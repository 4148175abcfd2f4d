"""The vocabulary: frozen, self-checking types that every part builds or reads."""
