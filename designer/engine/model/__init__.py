"""The PyTorch model of a network, and the device and machine it runs on."""
