"""Version of the rules implemented here, stored in every outcome."""

ENGINE_VERSION = "1.1.0"
