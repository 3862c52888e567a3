"""Loaded before Django's settings: tests keep their own data folder and never touch an installation's."""

import os
import tempfile

if "LIVINGROOM_HOME" not in os.environ:
    os.environ["LIVINGROOM_HOME"] = tempfile.mkdtemp(prefix="livingroom-tests-")
os.environ.setdefault("RATES_URL", "")  # no test asks the world outside
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livingroom.config.settings")
