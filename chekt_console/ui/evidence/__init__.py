"""Exporting evidence and verifying it: dialogs and their controller. What is written and checked is in services and verify."""
