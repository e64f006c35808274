"""Tables of the comments."""
