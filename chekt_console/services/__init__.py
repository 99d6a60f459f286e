"""What the program can do, without a window: plain blocking functions over api, store and media."""
