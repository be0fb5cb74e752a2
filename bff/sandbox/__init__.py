"""The sandbox: bundled people and forced states, so that a client can be built and tested before there is data.

A request that names a persona or a state in its `x-marquee-sandbox` header is answered from a small invented
service that ships with Marquee, at an instant that stands still: the same request gives the same bytes on every
machine. The schema, the composing and every rule are the real ones; the stores alone are this folder's.
"""
