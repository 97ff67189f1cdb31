"""Why a rule fired, was lifted or stayed silent: decided anew without index, and told."""
