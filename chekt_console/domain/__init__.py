"""Frozen values and rules of the trade: sites, devices, events, arming, schedules. No I/O, no Qt, no clock."""
