"""Administration of providers, contracts, quotas and public provider profiles."""
