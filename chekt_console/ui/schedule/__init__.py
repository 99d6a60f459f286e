"""The week editor: pane, model, controller, geometry."""
