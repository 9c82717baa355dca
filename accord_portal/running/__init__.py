"""How the portal itself is: what is measured of it, what is wrong, and its backups."""
