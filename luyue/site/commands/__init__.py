"""One module per `luyue` command, each with `main(argv) -> int`; the module's first docstring line is its help."""
