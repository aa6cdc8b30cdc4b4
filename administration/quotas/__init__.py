"""The admin's levers: providers, contracts, quotas, what the public reads about them."""
