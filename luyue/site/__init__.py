"""Where everything is put together: settings, addresses, wiring, commands."""
