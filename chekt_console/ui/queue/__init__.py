"""The queue of undecided alarms over all sites and days. Not here: the clip and the decision box, which follow the selection."""
