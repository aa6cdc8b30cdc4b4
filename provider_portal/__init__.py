"""The pages of a provider's own people: one package for each subject (docs/providers-portal.md)."""
