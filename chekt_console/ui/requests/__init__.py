"""What the monitoring center asks, with the person's answer, and the inspector of webhooks. Carrying out lies in services."""
