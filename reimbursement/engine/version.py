"""The version of the rules as coded here; every outcome carries it."""

ENGINE_VERSION = "1.0.0"
