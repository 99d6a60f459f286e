"""Video of the selected event: pane, model, controller, geometry."""
