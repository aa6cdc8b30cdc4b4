"""Login of citizens, and selection of the person to act for."""
