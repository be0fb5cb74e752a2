"""The made sample: an invented catalogue, viewers with hidden tastes, and what they watched."""
