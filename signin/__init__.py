"""Staff sign-in: by the municipality's provider, or with a local account when that is unavailable."""
