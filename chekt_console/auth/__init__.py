"""Credentials: where keys come from and where they are kept. Nothing here sends a request of its own accord."""
