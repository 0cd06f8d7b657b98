"""Exits with 0 when the web server answers. The login form is the one page that needs no login."""

import os
import sys
import urllib.error
import urllib.request

address = f"http://127.0.0.1:{os.environ.get('INKSTONE_PORT', '8501')}/login"
try:
    with urllib.request.urlopen(address, timeout=4) as answer:
        sys.exit(0 if answer.status == 200 else 1)
except (urllib.error.URLError, TimeoutError) as error:
    print(error, file=sys.stderr)
    sys.exit(1)
