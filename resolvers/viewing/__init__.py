"""What viewers do beside the home page: events, onboarding, sessions, similar titles. No GraphQL types."""
