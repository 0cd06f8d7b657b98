"""Word lists: import, look, edit, try. Address: ``?lexicon=NAME``."""

from inkstone.studio.risk import lexicon_page

lexicon_page.show()
