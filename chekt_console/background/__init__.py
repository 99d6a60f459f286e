"""The only home of threads: runs service calls off the window's thread and brings results back to it."""
