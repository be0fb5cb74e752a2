"""The sandbox: bundled data and forced states, selected by the `x-marquee-sandbox` header, for client developers.

It replaces stores and clock, so a request gives the same bytes everywhere. Schema, composition and rules are real.
"""
