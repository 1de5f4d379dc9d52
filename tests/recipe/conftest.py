"""What the tests of the recipe share with those of exported scripts."""

from tests.codegen.conftest import _scripts_of_the_module, for_ruff

__all__ = ["_scripts_of_the_module", "for_ruff"]
