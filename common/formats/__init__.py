"""How dates are written in each language, where Django's own ways differ from ours. Templates: ``{{ day|date }}``."""
