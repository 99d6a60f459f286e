"""All sites side by side, templates of schedules, and one schedule to many sites. No pane beside it is known here."""
