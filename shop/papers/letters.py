"""The letters of papers: those of foundation.letters, which shared pictures draw as well."""

from foundation.letters import (
    BOX,
    FACES,
    FONTS,
    JOINERS,
    SCRIPTS,
    clean,
    clusters,
    letters_of,
    main_font,
    script_of,
    scripts_in,
)

__all__ = [
    "BOX", "FACES", "FONTS", "JOINERS", "SCRIPTS", "clean", "clusters", "letters_of", "main_font",
    "script_of", "scripts_in",
]  # fmt: skip
