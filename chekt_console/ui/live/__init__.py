"""Live picture of one camera in a window of its own."""
