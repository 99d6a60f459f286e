"""Events over time: pane, model, controller, geometry."""
