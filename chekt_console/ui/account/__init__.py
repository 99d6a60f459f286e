"""Changing a site: its details, contacts, arming settings and enrolled devices. Reading them elsewhere is the panes' own."""
