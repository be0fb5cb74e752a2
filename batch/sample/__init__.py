"""The sample: an invented catalogue, viewers with hidden tastes, and their viewing."""
