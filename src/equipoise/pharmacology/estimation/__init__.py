"""One patient's parameters from measured concentrations, and the objective by which populations are fitted."""
