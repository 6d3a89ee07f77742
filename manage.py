#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

# Commands that begin a database, and one that looks whether there is one. To all others a missing SQLite file is an error:
# an empty one created in its place would look like a lost chronicle.
BEGINNING = ("migrate", "open_site", "restore", "makemigrations")

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ningbo_site.settings")
    if sys.argv[1:2] and sys.argv[1] not in BEGINNING:
        os.environ.setdefault("DATABASE_MUST_EXIST", "1")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)
    except ImproperlyConfigured as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(str(error))
    except OperationalError as error:
        from timeline.management.errors import connection_failure

        if "--traceback" in sys.argv or not (message := connection_failure(error)):
            raise
        sys.exit(message)
