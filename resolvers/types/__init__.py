"""GraphQL types and inputs, and their conversion from and to domain values. No root fields."""
