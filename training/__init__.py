"""How shipped weights are made; never imported by the product."""
