"""How large the stores and the nightly run get, from measured bytes and CPU seconds."""
