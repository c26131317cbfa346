"""What a file is and what it holds. Plain Python, run as a limited child process: ``child.py``.

Nothing else of the project opens an archive, an Office file, a PDF or a picture that somebody handed in.
"""
