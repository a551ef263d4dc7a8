"""What the operator says: the models of the configuration, reading it, and secrets."""
