"""Who stands up for the Accord, and what they do."""
