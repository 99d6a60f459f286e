"""Clips: download, cache, probing and the player engine in its helper process. No widgets."""
