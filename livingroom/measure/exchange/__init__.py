"""To and from marketing-mix models of others: our weekly tables and tested lifts out, their contributions in, as modelled."""
