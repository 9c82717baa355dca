"""What waits for staff, whatever room it is of: one list by due day, and the acts that share it out."""
