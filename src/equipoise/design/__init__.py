"""The plan of a single-patient trial: built from a dossier, drawn once, sized by simulation with `analyse` itself."""
