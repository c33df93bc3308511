"""Pictures of trees of derivatives, from the loss to the weights and biases."""
