"""Staff: who they are, how they sign in, and the admin site they work in."""
