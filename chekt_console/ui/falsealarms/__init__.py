"""What false alarms tell, by site and camera. Not here: deciding, which is in the clip and the queue."""
