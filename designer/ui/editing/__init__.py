"""Every change of the open design goes through the editor, as one undo command."""
