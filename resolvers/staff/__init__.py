"""Root fields for designers and staff. The services behind them are in resolvers/publishing."""
