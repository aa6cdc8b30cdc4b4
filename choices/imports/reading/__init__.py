"""The reader of tables: CSV and XLSX to rows of text, as the sheet shows them, whatever program wrote the file."""
