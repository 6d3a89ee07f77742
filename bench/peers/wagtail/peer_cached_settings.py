"""The settings of the peer with wagtail-cache, which keeps whole pages, in the memory of the process."""

from peer_settings import *  # noqa: F403
from peer_settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = ["wagtailcache", *INSTALLED_APPS]
MIDDLEWARE = [
    "wagtailcache.cache.UpdateCacheMiddleware",
    *MIDDLEWARE,
    "wagtailcache.cache.FetchFromCacheMiddleware",
]
WAGTAIL_CACHE_BACKEND = "default"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "TIMEOUT": 3600,
        "KEY_PREFIX": "wagtailcache",
    }
}
