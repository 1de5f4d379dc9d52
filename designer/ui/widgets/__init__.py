"""Parts that any panel may use. They know no network and no editor."""
