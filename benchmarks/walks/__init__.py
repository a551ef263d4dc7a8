"""The journeys of the benchmarks in our own form: a folder like ``journeys``, beside the real ones."""
