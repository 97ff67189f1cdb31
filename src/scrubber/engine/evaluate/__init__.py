"""What a condition means on a claim: the reference evaluator, and the compiled one held equal to it."""
