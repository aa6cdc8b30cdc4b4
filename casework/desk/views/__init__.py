from casework.desk.views.search import find, keys

__all__ = ["find", "keys"]
