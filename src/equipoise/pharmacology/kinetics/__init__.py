"""What the body does to a substance over time: a declarative system, dosing records, exact and numerical engines."""
