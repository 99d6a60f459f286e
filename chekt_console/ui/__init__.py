"""The window. Panes are strangers to each other and meet at ui/shared/selection.py only."""
