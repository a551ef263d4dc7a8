"""Signing in itself: what tells a sign-in service in trouble from an account, or a site, in trouble."""
