"""A Grafana dashboard over what the metrics and the rules tell."""
