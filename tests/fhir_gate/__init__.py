"""The gate: five oracles that hold our FHIR output to the standard, and planted faults that prove them."""
