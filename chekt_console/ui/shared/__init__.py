"""What two or more panes use: selection, theme, notices, small widgets. Nothing that knows one pane."""
