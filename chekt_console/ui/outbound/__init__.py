"""Events raised by hand, and the way of an alarm to the monitoring center."""
