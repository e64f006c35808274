"""Django's PostgreSQL engine with an end to waiting (base.py), and how long each process waits (waits.py)."""
