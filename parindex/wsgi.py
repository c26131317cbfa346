"""What the web server runs."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parindex.settings")

# A save asks the database twenty times and has to get the interpreter back after each answer. While another thread of
# the process draws a page, it waits that long each time: a millisecond, not the usual five.
sys.setswitchinterval(0.001)

application = get_wsgi_application()
