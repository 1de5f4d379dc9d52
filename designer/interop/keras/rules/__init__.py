"""What becomes of each class of Keras's layers: the blocks, and the weights in torch's layout."""
