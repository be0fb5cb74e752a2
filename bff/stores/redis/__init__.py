"""The Redis adapters: connection, lists, page snapshots, page cache and invariant violations."""
