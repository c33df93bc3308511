"""Pictures beside a dense network: its sums as bars that turn into shares, and gradients that add up."""
