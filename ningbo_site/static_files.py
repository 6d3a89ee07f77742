"""Storage of static files: compressed, with content hashes in their names and in JavaScript imports."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which also replaces names in the imports of JavaScript modules."""

    support_js_module_import_aggregation = True
