"""Findings for designers before they publish a layout. Checks that refuse a layout are in ../validation.py."""
