"""Tables of the fake Stripe; they exist in demo databases only."""
