"""The frozen document: blocks, networks, definitions of groups, designs, and what may be wrong with them."""
