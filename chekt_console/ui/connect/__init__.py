"""The first screen and the connections: pane, model, controller, geometry."""
