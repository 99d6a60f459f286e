"""The list of sites: pane, model, controller, geometry."""
