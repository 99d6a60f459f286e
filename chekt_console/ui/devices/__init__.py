"""The device tree of the selected site: pane, model, controller, geometry."""
