"""Authentication: bearer tokens, anonymous sessions and signing keys. Authorization is in resolvers/request."""
