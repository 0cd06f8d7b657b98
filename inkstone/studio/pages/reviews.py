"""Reviews: texts that a risk-control model leaves to people. Address: ``?model=NAME``."""

from inkstone.studio.risk import review_page

review_page.show()
