"""How days are written, language by language, where Django's own way is not that of the dates beside them."""
