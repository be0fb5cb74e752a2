"""A/B experiments: assignment of variants, their impact on pages, exposures. Analysis stays out."""
