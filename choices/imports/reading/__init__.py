"""Table reader: CSV and XLSX to rows of text, as the sheet displays them, from any program."""
