"""The kinds of document that are taken and the words of their refusal, for whoever writes documents.

What a file is, the child process says: ``examining.inspect``.
"""

from assessments.examiner.kinds import EXTENSIONS, Refusal, RefusedFile
from assessments.examiner.names import extension, named

__all__ = ["EXTENSIONS", "Refusal", "RefusedFile", "extension", "named"]
