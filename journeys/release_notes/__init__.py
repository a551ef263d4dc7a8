"""Release Notes: a macro in Confluence that shows what changed in a project's versions."""
