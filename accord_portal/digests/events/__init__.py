"""What comes back: what providers tell us of each message, received at once and applied by the worker."""
