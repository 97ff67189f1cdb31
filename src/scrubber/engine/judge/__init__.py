"""One claim through one plan: each rule on each subject it could concern, and the outcome."""
