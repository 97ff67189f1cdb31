"""The canonical claim, its readers and writers, and the view that rules are evaluated on."""
