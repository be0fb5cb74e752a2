"""The GraphQL API: context, loaders, types and row sources. Stores are ports, which `bff` fills."""
