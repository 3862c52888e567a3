import os
import tempfile

# Tests keep their own data folder, so that they never see or touch an installation's.
os.environ.setdefault("LIVINGROOM_HOME", tempfile.mkdtemp(prefix="livingroom-tests-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livingroom.config.settings")
