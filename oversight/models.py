from oversight.figures.models import FigureSheet
from oversight.review.models import LogReview, ReviewItem

__all__ = ["FigureSheet", "LogReview", "ReviewItem"]
