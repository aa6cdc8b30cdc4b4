"""The pages that are for everybody: providers side by side, and which area one lives in."""
