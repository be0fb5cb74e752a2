"""What one request carries: context, loaders, viewer and role check. No rows and no GraphQL types."""
