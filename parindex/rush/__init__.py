"""The last minutes before a deadline, played against a real web server and worker on this machine.

``house`` makes a database of its own and starts the server, ``season`` fills it, ``script`` says who does what when,
``load`` does it over HTTP, ``counts`` compares what was acknowledged with what is stored. Nothing of it stays.
"""
