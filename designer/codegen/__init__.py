"""Program -> a script of plain PyTorch, as a good engineer would have written it by hand."""

from designer.codegen.script import Script
from designer.codegen.standalone import model_only_script, model_script, training_script

__all__ = ["Script", "model_only_script", "model_script", "training_script"]
