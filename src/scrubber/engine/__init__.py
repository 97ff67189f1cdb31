"""Layer 4: packs become a program, a program and a payer become a plan, a plan and a claim become outcomes."""
