"""iHub."""
