"""The list of changes that wait to be sent, with what became of each. Sending itself is below, in background and services."""
