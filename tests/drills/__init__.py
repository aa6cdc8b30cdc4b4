"""Drills of the operations manual: bad days on servers of their own, and a protocol of what is seen and done."""
