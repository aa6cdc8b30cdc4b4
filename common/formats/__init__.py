"""Date formats per language, where Django's differ from ours. Templates: ``{{ day|date }}``."""
