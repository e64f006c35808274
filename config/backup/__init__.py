"""One file that holds the shop, and the way back: `manage.py backup` and `manage.py restore`."""
