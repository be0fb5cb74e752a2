"""HTTP in front of GraphQL: parsing, limits, load shedding, responses, health, metrics. No business rules."""
