"""Instrumentation and polling for all store adapters. No driver is imported here."""
