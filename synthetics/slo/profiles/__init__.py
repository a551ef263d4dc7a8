"""The profiles that come with the product, as data files."""
