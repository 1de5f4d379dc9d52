"""Problems of a design, and the edits that mend them."""
