"""Virtual people: how parameters and covariates differ between them, and how uncertain what is typical is."""
