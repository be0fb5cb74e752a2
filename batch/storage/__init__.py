"""Settings, clients, schemas, readers and writers. No business rules."""
