"""How static files are stored: compressed, under names that change with their content, imports of scripts included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which also puts the new names into the imports of JavaScript modules."""

    support_js_module_import_aggregation = True
