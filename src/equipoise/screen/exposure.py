def exposure_findings(chart): return ()
