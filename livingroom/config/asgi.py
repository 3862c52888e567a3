"""What the server of pages serves: Django's pages, and the answers that go on afterwards."""

from livingroom.config.servers.bridge import Bridge
from livingroom.config.wsgi import application as pages

application = Bridge(pages)
