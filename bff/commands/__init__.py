"""The service's own verbs. One verb, one file; nothing heavy is imported until its verb runs."""
