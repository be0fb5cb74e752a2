"""The nightly run in PySpark, imports and the sample. The service never imports it."""
