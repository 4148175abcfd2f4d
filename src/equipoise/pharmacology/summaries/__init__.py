"""From published summaries of kinetic studies to a model: non-compartmental figures, their likelihood, the fit.

Arrays and numbers alone, with NumPy and SciPy; nothing here is compiled.
"""
