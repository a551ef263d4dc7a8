"""The products that apps live in: page objects that speak the product's language, its selectors in one place each."""
