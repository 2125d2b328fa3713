"""Array libraries, threads, and progress of long loops."""
