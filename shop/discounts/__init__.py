"""Discount codes: what they take off, for whom, how often."""
