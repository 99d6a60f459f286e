"""The arming control of the toolbar: shows the read-back state, sends commands once. No other pane's business."""
