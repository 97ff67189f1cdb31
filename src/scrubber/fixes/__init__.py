"""Layer 3: corrections, their ceilings, and their application to a claim in memory."""
