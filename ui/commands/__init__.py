"""One module a command, each with `run(args, wiring) -> int`; imported only when it is called."""
